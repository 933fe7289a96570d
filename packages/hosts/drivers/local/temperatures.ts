import type { Temperature } from '../../index.ts';
import type { Tree } from './tree.ts';

/** A sensor's place and what does not change about it. */
interface Sensor extends Omit<Temperature, 'celsius'> {
  path: string;
}

/** Reads `/sys/class/hwmon`, and `/sys/class/thermal` where there is none. Sensors are looked for once a minute at most. */
export function createTemperatureReader(tree: Tree, now: () => Date) {
  let sensors: Sensor[] = [];
  let foundAt = Number.NEGATIVE_INFINITY;
  return async (): Promise<Temperature[]> => {
    if (now().getTime() - foundAt >= 60_000) {
      sensors = findChips(tree);
      if (sensors.length === 0) sensors = findZones(tree);
      foundAt = now().getTime();
    }
    const rows = await Promise.all(
      sensors.map(async ({ path, ...sensor }) => {
        const celsius = degrees(await tree.textLater(path));
        return celsius === null ? [] : [{ ...sensor, celsius }];
      }),
    );
    return rows.flat();
  };
}

/** Sensors of chips (Documentation/hwmon/sysfs-interface.rst). */
function findChips(tree: Tree): Sensor[] {
  return tree
    .names('/sys/class/hwmon')
    .sort(byNumber)
    .flatMap((folder) => {
      const dir = `/sys/class/hwmon/${folder}`;
      const names = tree.names(dir);
      const chip = tree.text(`${dir}/name`)?.trim() || folder;
      return names
        .flatMap((name) => /^(temp\d+)_input$/.exec(name)?.[1] ?? [])
        .sort(byNumber)
        .map((sensor) => ({
          id: `${folder}/${sensor}`,
          path: `${dir}/${sensor}_input`,
          chip,
          label: tree.text(`${dir}/${sensor}_label`)?.trim() || chip,
          high: limit(tree.text(`${dir}/${sensor}_max`)),
          critical: limit(tree.text(`${dir}/${sensor}_crit`)),
        }));
    });
}

function findZones(tree: Tree): Sensor[] {
  return tree
    .names('/sys/class/thermal')
    .filter((name) => /^thermal_zone\d+$/.test(name))
    .sort(byNumber)
    .map((folder) => {
      const dir = `/sys/class/thermal/${folder}`;
      const label = tree.text(`${dir}/type`)?.trim() || folder;
      const trips = tree.names(dir).flatMap((name) => /^(trip_point_\d+)_type$/.exec(name)?.[1] ?? []);
      const trip = (wanted: string) => {
        const found = trips.find((name) => tree.text(`${dir}/${name}_type`)?.trim() === wanted);
        return found === undefined ? null : limit(tree.text(`${dir}/${found}_temp`));
      };
      return {
        id: folder,
        path: `${dir}/temp`,
        chip: folder,
        label,
        high: trip('hot'),
        critical: trip('critical'),
      };
    });
}

/** Thousandths of a degree; beyond what silicon survives a sensor is not connected. */
function degrees(text: string | null): number | null {
  const value = Number(text?.trim() || Number.NaN) / 1000;
  return Number.isFinite(value) && value > -60 && value < 200 ? Math.round(value * 10) / 10 : null;
}

function limit(text: string | null): number | null {
  const value = degrees(text);
  return value !== null && value > 0 ? value : null;
}

function byNumber(one: string, other: string): number {
  return Number(/\d+/.exec(one)?.[0] ?? 0) - Number(/\d+/.exec(other)?.[0] ?? 0);
}
