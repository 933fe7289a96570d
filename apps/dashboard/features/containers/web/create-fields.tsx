import { Checkbox, Field, FormRows, LinesField, Select, TextField } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { copy } from './copy.ts';
import { createCopy } from './create-copy.ts';
import type { Draft } from './draft.ts';
import { choicesQuery } from './queries.ts';

/** Props of each part of the form. */
export interface PartProps {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  /** The sentence about a field (`ports.0.container`), when it was refused. */
  problem: (path: string) => string | undefined;
}

/** What runs: name, image, command. */
export function BasicFields({ draft, change, problem }: PartProps) {
  return (
    <>
      <TextField
        label={createCopy.name}
        value={draft.name}
        error={problem('name')}
        onChange={(name) => change({ name })}
      />
      <TextField
        label={createCopy.image}
        help={createCopy.imageHelp}
        value={draft.image}
        error={problem('image')}
        onChange={(image) => change({ image })}
      />
      <LinesField
        label={createCopy.command}
        help={createCopy.commandHelp}
        value={draft.command}
        error={problem('command')}
        onChange={(command) => change({ command })}
      />
    </>
  );
}

/** Variables, ports and mounts. */
export function RowFields({ draft, change, problem }: PartProps) {
  const choices = useQuery(choicesQuery);
  const roots = choices.data?.appRoots.join(', ') ?? '…';
  return (
    <>
      <FormRows
        title={createCopy.environment}
        addLabel={createCopy.addVariable}
        rows={draft.environment}
        fresh={(key) => ({ key, name: '', value: '' })}
        onChange={(environment) => change({ environment })}
      >
        {(row, set, at) => (
          <>
            <TextField
              label={createCopy.variableName}
              value={row.name}
              error={problem(`environment.${at}.name`)}
              onChange={(name) => set({ name })}
            />
            <div className="md:col-span-3">
              <TextField
                label={createCopy.variableValue}
                value={row.value}
                error={problem(`environment.${at}.value`)}
                onChange={(value) => set({ value })}
              />
            </div>
          </>
        )}
      </FormRows>
      <FormRows<Draft['ports'][number]>
        title={createCopy.ports}
        addLabel={createCopy.addPort}
        rows={draft.ports}
        fresh={(key) => ({ key, container: '', published: '', protocol: 'tcp', address: '127.0.0.1' })}
        onChange={(ports) => change({ ports })}
      >
        {(row, set, at) => (
          <>
            <TextField
              label={createCopy.portInside}
              value={row.container}
              isNumber
              error={problem(`ports.${at}.container`)}
              onChange={(container) => set({ container })}
            />
            <TextField
              label={createCopy.portOutside}
              placeholder={createCopy.portOutsideHelp}
              value={row.published}
              isNumber
              error={problem(`ports.${at}.published`)}
              onChange={(published) => set({ published })}
            />
            <Field label={createCopy.protocol}>
              {(control) => (
                <Select
                  {...control}
                  value={row.protocol}
                  onChange={(event) => set({ protocol: event.target.value === 'udp' ? 'udp' : 'tcp' })}
                >
                  <option translate="no">tcp</option>
                  <option translate="no">udp</option>
                </Select>
              )}
            </Field>
            <Field label={createCopy.address} error={problem(`ports.${at}.address`)}>
              {(control) => (
                <Select
                  {...control}
                  value={row.address}
                  onChange={(event) => set({ address: event.target.value })}
                >
                  {Object.entries(createCopy.addresses).map(([address, word]) => (
                    <option key={address} value={address}>
                      {word}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </>
        )}
      </FormRows>
      <FormRows<Draft['mounts'][number]>
        title={createCopy.mounts}
        help={createCopy.mountHelp(roots)}
        addLabel={createCopy.addMount}
        rows={draft.mounts}
        fresh={(key) => ({ key, type: 'volume', source: '', target: '', isReadOnly: false })}
        onChange={(mounts) => change({ mounts })}
      >
        {(row, set, at) => (
          <>
            <Field label={createCopy.mountType}>
              {(control) => (
                <Select
                  {...control}
                  value={row.type}
                  onChange={(event) => set({ type: event.target.value === 'bind' ? 'bind' : 'volume' })}
                >
                  <option value="volume">{createCopy.mountTypes.volume}</option>
                  <option value="bind">{createCopy.mountTypes.bind}</option>
                </Select>
              )}
            </Field>
            <TextField
              label={createCopy.mountSource}
              value={row.source}
              suggestions={row.type === 'volume' ? choices.data?.volumes : choices.data?.appRoots}
              error={problem(`mounts.${at}.source`)}
              onChange={(source) => set({ source })}
            />
            <TextField
              label={createCopy.mountTarget}
              value={row.target}
              error={problem(`mounts.${at}.target`)}
              onChange={(target) => set({ target })}
            />
            <Checkbox
              label={createCopy.mountReadOnly}
              checked={row.isReadOnly}
              onChange={(event) => set({ isReadOnly: event.target.checked })}
            />
          </>
        )}
      </FormRows>
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-2 font-semibold">{createCopy.networks}</legend>
        <p className="text-sm text-muted">{createCopy.networksHelp}</p>
        <div className="grid gap-x-4 md:grid-cols-2">
          {(choices.data?.networks ?? [])
            .filter((name) => name !== 'bridge')
            .map((name) => (
              <Checkbox
                key={name}
                label={name}
                isLabelData
                checked={draft.networks.includes(name)}
                onChange={(event) =>
                  change({
                    networks: event.target.checked
                      ? [...draft.networks, name]
                      : draft.networks.filter((one) => one !== name),
                  })
                }
              />
            ))}
        </div>
      </fieldset>
    </>
  );
}

/** How it runs: restart policy, limits, health check. */
export function RunFields({ draft, change, problem }: PartProps) {
  const { health } = draft;
  const setHealth = (changes: Partial<Draft['health']>) => change({ health: { ...health, ...changes } });
  return (
    <>
      <div className="grid gap-4 md:grid-cols-2">
        <Field label={createCopy.policy}>
          {(control) => (
            <Select
              {...control}
              value={draft.policy}
              onChange={(event) => change({ policy: policyOf(event.target.value) })}
            >
              {policies.map((policy) => (
                <option key={policy} value={policy}>
                  {copy.policies[policy]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {draft.policy === 'on-failure' && (
          <TextField
            label={createCopy.retries}
            value={draft.retries}
            isNumber
            error={problem('restartPolicy.maximumRetries')}
            onChange={(retries) => change({ retries })}
          />
        )}
        <TextField
          label={createCopy.memory}
          placeholder={createCopy.noLimit}
          value={draft.memory}
          isNumber
          error={problem('memoryBytes')}
          onChange={(memory) => change({ memory })}
        />
        <TextField
          label={createCopy.cpus}
          help={createCopy.cpusHelp}
          placeholder={createCopy.noLimit}
          value={draft.cpus}
          isNumber
          error={problem('cpus')}
          onChange={(cpus) => change({ cpus })}
        />
      </div>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 font-semibold">{createCopy.health}</legend>
        <Checkbox
          label={createCopy.healthOn}
          checked={health.isOn}
          onChange={(event) => setHealth({ isOn: event.target.checked })}
        />
        {health.isOn && (
          <>
            <LinesField
              label={createCopy.healthCommand}
              help={createCopy.healthCommandHelp}
              value={health.command}
              error={problem('healthCheck.command')}
              onChange={(command) => setHealth({ command })}
            />
            <div className="grid gap-4 md:grid-cols-2">
              <TextField
                label={createCopy.interval}
                value={health.interval}
                isNumber
                error={problem('healthCheck.intervalSeconds')}
                onChange={(interval) => setHealth({ interval })}
              />
              <TextField
                label={createCopy.timeout}
                value={health.timeout}
                isNumber
                error={problem('healthCheck.timeoutSeconds')}
                onChange={(timeout) => setHealth({ timeout })}
              />
              <TextField
                label={createCopy.tries}
                value={health.retries}
                isNumber
                error={problem('healthCheck.retries')}
                onChange={(retries) => setHealth({ retries })}
              />
              <TextField
                label={createCopy.startPeriod}
                value={health.startPeriod}
                isNumber
                error={problem('healthCheck.startPeriodSeconds')}
                onChange={(startPeriod) => setHealth({ startPeriod })}
              />
            </div>
          </>
        )}
      </fieldset>
    </>
  );
}

const policies = ['unless-stopped', 'always', 'on-failure', 'no'] as const;

function policyOf(word: string): Draft['policy'] {
  return policies.find((policy) => policy === word) ?? 'unless-stopped';
}
