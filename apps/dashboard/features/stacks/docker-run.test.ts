import fc from 'fast-check';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { convertRun } from './docker-run.ts';
import { quoteWord, shellWords } from './shell-words.ts';

test('a line as people copy it becomes a service', async () => {
  const { name, compose, notes } = await convertRun(
    `docker run -d --name=My-App \\\n  -p 8080:80 -p127.0.0.1:53:53/udp -e 'A=b c' --env "PASS=p\\$w" -v data:/data \\\n  -v /etc/localtime:/etc/localtime:ro --restart unless-stopped --network front -it --memory 1g --cpus=1.5 \\\n  --health-cmd 'curl -f localhost' --log-opt max-size=1m --mount type=bind,src=/a,dst=/b,readonly ghcr.io/x/app:1.2 serve --flag`,
  );

  expect(name).toBe('my-app');
  expect(notes).toEqual([]);
  expect(parse(compose)).toEqual({
    services: {
      'my-app': {
        image: 'ghcr.io/x/app:1.2',
        container_name: 'My-App',
        ports: ['8080:80', '127.0.0.1:53:53/udp'],
        environment: ['A=b c', 'PASS=p$$w'],
        volumes: [
          'data:/data',
          '/etc/localtime:/etc/localtime:ro',
          { type: 'bind', source: '/a', target: '/b', read_only: true },
        ],
        restart: 'unless-stopped',
        networks: ['front'],
        stdin_open: true,
        tty: true,
        mem_limit: '1g',
        cpus: 1.5,
        healthcheck: { test: 'curl -f localhost' },
        logging: { options: { 'max-size': '1m' } },
        command: ['serve', '--flag'],
      },
    },
    volumes: { data: null },
    networks: { front: { external: true } },
  });
});

test('what has no place in compose, and what a shell would replace, is told', async () => {
  const { notes, compose } = await convertRun(
    'sudo docker container run --rm --frobnicate x -e P=$(pwd) nginx',
  );

  expect(notes.join(' ')).toContain('--rm is left out');
  expect(notes.join(' ')).toContain('--frobnicate is not known');
  expect(notes.join(' ')).toContain('$(pwd) would be replaced');
  expect(compose).toContain('P=$$(pwd)');
});

test.each(['ls -la', 'docker ps', 'docker run', 'docker run -e', "docker run 'x", ''])(
  '%j is refused with a sentence',
  async (line) => {
    await expect(convertRun(line)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  },
);

test('words that were quoted come back as they were, and nothing in them is alive', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 8 }), (words) => {
      const { words: read, live } = shellWords(words.map(quoteWord).join(' '));
      expect(read).toEqual(words);
      expect(live).toEqual([]);
    }),
  );
});

test('whatever a value holds, it stands in the file as itself', async () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
    .filter((value) => !value.includes('\u0000') && value.isWellFormed());
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const { compose } = await convertRun(`docker run -e ${quoteWord(`A=${value}`)} nginx`);
      const read = parse(compose) as { services: { nginx: { environment: string[] } } };
      expect(read.services.nginx.environment).toEqual([`A=${value.replaceAll('$', '$$$$')}`]);
    }),
  );
});

test('no line of flags makes it throw anything but a sentence', async () => {
  const word = fc.constantFrom(
    '-d',
    '-p',
    '80:80',
    '--name',
    'x',
    '--',
    '-',
    '--env=',
    '-e',
    '--gpus',
    'all',
    '--ulimit',
    'nofile=1:2',
    'nginx',
    '--mount',
    'a,b=c',
    '-itd',
    '--__proto__',
    '--constructor=1',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 10 }), async (words) => {
      const line = `docker run ${words.join(' ')}`;
      const outcome = await convertRun(line).then(
        ({ compose }) => typeof parse(compose),
        (error: { code?: string }) => error.code,
      );
      expect(['object', 'BAD_INPUT']).toContain(outcome);
    }),
  );
});
