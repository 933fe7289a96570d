export {
  BusyMark,
  Button,
  type ButtonProps,
  type ButtonTone,
  buttonClasses,
  IconButton,
  type IconButtonProps,
} from './button.tsx';
export { catalogue, isPseudoLocale, pseudoText } from './catalogue.ts';
export { classNames } from './class-names.ts';
export { CopyButton } from './copy-button.tsx';
export { ConfirmDialog, type ConfirmDialogProps, Dialog, type DialogProps } from './dialog.tsx';
export { DiffView, type DiffViewProps } from './diff-view.tsx';
export { EmptyState, type EmptyStateProps } from './empty-state.tsx';
export { ErrorState, ErrorStrip, type Trouble } from './error-state.tsx';
export {
  Checkbox,
  type CheckboxProps,
  Field,
  type FieldControl,
  type FieldProps,
  Input,
  SearchInput,
  Select,
} from './field.tsx';
export { FigureChart, type FigureChartProps, StackBar, StackKey, type StackPart } from './figure-chart.tsx';
export { FormRows, type FormRowsProps } from './form-rows.tsx';
export { formatBytes, formatDuration, formatInstant, formatPercent, formatRelative } from './format.ts';
export { useMediaQuery, useWideScreen } from './media-query.ts';
export { Menu, type MenuItem, type MenuProps } from './menu.tsx';
export { Meter, type MeterProps, ProgressBar, type ProgressBarProps } from './meter.tsx';
export { type Fact, FactList, Panel, PanelHeader, type PanelHeaderProps } from './panel.tsx';
export { Segments, type SegmentsProps } from './segments.tsx';
export { Delayed, LoadingRows, Skeleton } from './skeleton.tsx';
export { Popover, type PopoverProps } from './popover.tsx';
export { type Remembered, remembered } from './remembered.ts';
export { Sky } from './sky.tsx';
export { holdSky, isSkyPaused, setSkyPaused, useSkyPaused } from './sky-motion.ts';
export { Sparkline, type SparklineProps } from './sparkline.tsx';
export { Badge, StatusPill, type Tone, toneInk } from './status-pill.tsx';
export { type Step, Stepper, type StepLook } from './stepper.tsx';
export { Cell, type Column, Row, Table } from './table.tsx';
export { LinesField, TextField, type TextFieldProps } from './text-field.tsx';
export { Time, useNow } from './time.tsx';
export { Tooltip } from './tooltip.tsx';
