import { ErrorState, Panel } from '@nebula/ui';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { troubleOf } from './copy.ts';

interface Props {
  children: ReactNode;
  /** When this changes, what is inside gets another chance. */
  resetKey?: string;
  /** Whether it stands inside a panel already. */
  isInside?: boolean;
}

/** Keeps a fault in one section from taking the page with it. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidUpdate(previous: Props): void {
    if (this.state.error !== null && previous.resetKey !== this.props.resetKey)
      this.setState({ error: null });
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    // React has printed the error; where it happened is what a bug report needs besides.
    console.info('In', info.componentStack, error);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    const fault = (
      <ErrorState trouble={troubleOf(this.state.error)} onRetry={() => this.setState({ error: null })} />
    );
    return this.props.isInside === true ? fault : <Panel>{fault}</Panel>;
  }
}
