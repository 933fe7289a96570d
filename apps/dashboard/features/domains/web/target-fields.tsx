import { Checkbox, Field, FormRows, Segments, Select, TextField } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { balances, redirectStatuses, type TargetDraft } from './draft.ts';
import { formCopy } from './form-copy.ts';
import { runningQuery } from './queries.ts';

const words = formCopy.target;

/** Props of the parts of the form about a target. */
export interface TargetProps {
  draft: TargetDraft;
  change: (changes: Partial<TargetDraft>) => void;
  /** The sentence about a field (`target.port`), when it was refused. */
  problem: (path: string) => string | undefined;
}

const kinds = (['container', 'addresses', 'redirect'] as const).map((value) => ({
  value,
  title: words.kinds[value],
}));

/** What a domain leads to; what was typed for another kind is kept. */
export function TargetFields(props: TargetProps) {
  const { draft, change } = props;
  return (
    <div className="flex flex-col gap-4">
      <Segments label={words.kind} options={kinds} value={draft.kind} onChange={(kind) => change({ kind })} />
      {draft.kind === 'container' && <ContainerFields {...props} />}
      {draft.kind === 'addresses' && <AddressFields {...props} />}
      {draft.kind === 'redirect' && <RedirectFields {...props} />}
    </div>
  );
}

function ContainerFields({ draft, change, problem }: TargetProps) {
  const running = useQuery(runningQuery);
  const containers = running.data ?? [];
  const portsOf = (name: string) => [
    ...new Set(
      containers
        .find((one) => one.name === name)
        ?.ports.filter(({ protocol }) => protocol === 'tcp')
        .map(({ container }) => String(container)),
    ),
  ];
  const ports = portsOf(draft.container);
  const isGone = draft.container !== '' && !containers.some(({ name }) => name === draft.container);
  return (
    <>
      <div className="grid gap-4 md:grid-cols-2">
        <Field
          label={words.container}
          help={running.data?.length === 0 ? words.containerNone : undefined}
          error={problem('target.name')}
        >
          {(control) => (
            <Select
              {...control}
              value={draft.container}
              onChange={({ target: { value } }) => {
                const [first = ''] = portsOf(value);
                change({ container: value, containerPort: first });
              }}
            >
              <option value="">{words.containerChoose}</option>
              {isGone && (
                <option value={draft.container} translate="no">
                  {running.data === undefined ? draft.container : words.containerGone(draft.container)}
                </option>
              )}
              {containers.map(({ id, name }) => (
                <option key={id} value={name} translate="no">
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <TextField
          label={words.port}
          value={draft.containerPort}
          isNumber
          suggestions={ports}
          help={
            draft.container === '' || isGone
              ? undefined
              : ports.length === 0
                ? words.noPorts
                : words.ports(ports.join(', '))
          }
          error={problem('target.port')}
          onChange={(containerPort) => change({ containerPort })}
        />
      </div>
      <Checkbox
        label={words.isContainerTls}
        checked={draft.isContainerTls}
        onChange={(event) => change({ isContainerTls: event.target.checked })}
      />
    </>
  );
}

function AddressFields({ draft, change, problem }: TargetProps) {
  return (
    <>
      <FormRows
        title={words.upstreams}
        help={words.upstreamsHelp}
        addLabel={words.addUpstream}
        rows={draft.upstreams}
        fresh={(key) => ({ key, host: '', port: '' })}
        onChange={(upstreams) => change({ upstreams })}
      >
        {(row, set, at) => (
          <>
            <div className="md:col-span-3">
              <TextField
                label={words.host}
                placeholder={words.hostPlaceholder}
                value={row.host}
                error={problem(`target.upstreams.${at}.host`)}
                onChange={(host) => set({ host })}
              />
            </div>
            <TextField
              label={words.upstreamPort}
              value={row.port}
              isNumber
              error={problem(`target.upstreams.${at}.port`)}
              onChange={(port) => set({ port })}
            />
          </>
        )}
      </FormRows>
      {problem('target.upstreams') !== undefined && (
        <p role="alert" className="text-sm text-danger">
          {problem('target.upstreams')}
        </p>
      )}
      {draft.upstreams.length > 1 && (
        <Field label={words.balance}>
          {(control) => (
            <Select
              {...control}
              value={draft.balance}
              onChange={(event) =>
                change({
                  balance: balances.find((one) => one === event.target.value) ?? 'round_robin',
                })
              }
            >
              {balances.map((balance) => (
                <option key={balance} value={balance}>
                  {words.balances[balance]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <div className="flex flex-col">
        <Checkbox
          label={words.isTls}
          checked={draft.isTls}
          onChange={(event) => change({ isTls: event.target.checked })}
        />
        {draft.isTls && (
          <Checkbox
            label={words.isUnverified}
            help={words.isUnverifiedHelp}
            checked={draft.isUnverified}
            onChange={(event) => change({ isUnverified: event.target.checked })}
          />
        )}
      </div>
    </>
  );
}

function RedirectFields({ draft, change, problem }: TargetProps) {
  return (
    <>
      <TextField
        label={words.to}
        placeholder={words.toPlaceholder}
        value={draft.to}
        error={problem('target.to')}
        onChange={(to) => change({ to })}
      />
      <Field label={words.status}>
        {(control) => (
          <StatusSelect control={control} value={draft.status} onChange={(status) => change({ status })} />
        )}
      </Field>
      <Checkbox
        label={words.keepsPath}
        help={words.keepsPathHelp}
        checked={draft.keepsPath}
        onChange={(event) => change({ keepsPath: event.target.checked })}
      />
    </>
  );
}

/** The kinds of redirects to choose from. */
export function StatusSelect({
  control,
  value,
  onChange,
}: {
  control: { id: string };
  value: TargetDraft['status'];
  onChange: (status: TargetDraft['status']) => void;
}) {
  return (
    <Select
      {...control}
      value={value}
      onChange={(event) =>
        onChange(redirectStatuses.find((one) => String(one) === event.target.value) ?? value)
      }
    >
      {redirectStatuses.map((status) => (
        <option key={status} value={status}>
          {words.statuses[status]}
        </option>
      ))}
    </Select>
  );
}
