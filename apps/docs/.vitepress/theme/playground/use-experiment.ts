import { computed, onMounted, onUnmounted, ref, shallowRef, watch } from 'vue';
import type { NamedBytes, Reply } from '../../../src/playground/messages.ts';
import { connect, type ModelClient, type ModelState } from '../../../src/playground/model-client.ts';
import { runInput } from '../../../src/playground/run-config.ts';
import { defaultSettings, modelTitle, type Settings, type View } from '../../../src/playground/settings.ts';
import { fromQuery, toQuery } from '../../../src/playground/settings-url.ts';
import { save } from './save.ts';

const startWorker = () => new Worker(new URL('../../../src/playground/worker.ts', import.meta.url), { type: 'module' });

/** Threads for each of so many models. */
function threadsFor(models: number): number {
  return crossOriginIsolated ? Math.min(16, Math.max(1, Math.floor(navigator.hardwareConcurrency / models))) : 1;
}

/** An experiment: its settings, which live in the address, and its models, each trained by a worker. */
export function useExperiment() {
  const settings = ref<Settings>(defaultSettings);
  const notices = ref<string[]>([]);
  const opened = shallowRef<readonly NamedBytes[]>();
  const states = shallowRef<readonly ModelState[]>([]);
  let clients: ModelClient[] = [];
  let frame = 0;
  let restarting: ReturnType<typeof setTimeout> | undefined;

  const look = () => {
    const { sample, weight, unit } = settings.value;
    return { sample, weight, unit };
  };

  /** Shows what the workers have told, once a frame. */
  function draw(): void {
    frame = 0;
    states.value = clients.map(({ current }) => current);
  }

  function changed(client: () => ModelClient, reply: Reply): void {
    if (frame === 0) frame = requestAnimationFrame(draw);
    if (reply.type === 'look' && client().current.state === 'running') {
      requestAnimationFrame(() => client().look(look()));
    }
    if (reply.type === 'state') client().look(look());
    if (reply.type === 'exported') save(reply.files, folderName(client().current), reply.what);
  }

  function restart(): void {
    for (const client of clients) client.close();
    const files = opened.value;
    const count = files ? 1 : settings.value.models.length;
    const plain: Settings = JSON.parse(JSON.stringify(settings.value));
    clients = Array.from({ length: count }, (_, index) => {
      const common = { threads: threadsFor(count), look: look() };
      const first = files
        ? { type: 'open' as const, files, ...common }
        : { type: 'start' as const, config: runInput(plain, index), ...common };
      const client: ModelClient = connect(startWorker(), first, (reply) => changed(() => client, reply));
      return client;
    });
    draw();
  }

  /** Changes what is trained, and begins anew. */
  function change(changes: Partial<Settings>): void {
    settings.value = { ...settings.value, ...changes };
    opened.value = undefined;
    clearTimeout(restarting);
    restarting = setTimeout(restart, 150);
  }

  /** Changes what is shown. */
  function view(changes: Partial<View>): void {
    settings.value = { ...settings.value, ...changes };
    for (const client of clients) client.look(look());
  }

  function open(files: readonly NamedBytes[]): void {
    opened.value = files;
    restart();
  }

  const readAddress = () => {
    const { settings: read, problems } = fromQuery(location.search);
    settings.value = read;
    notices.value = problems.map(
      (text) => `The address says ${text}, which the playground does not know: left at its default.`,
    );
    restart();
  };
  onMounted(() => {
    readAddress();
    addEventListener('popstate', readAddress);
  });
  onUnmounted(() => {
    removeEventListener('popstate', readAddress);
    cancelAnimationFrame(frame);
    clearTimeout(restarting);
    for (const client of clients) client.close();
  });
  watch(settings, (now) => {
    const address = location.pathname + toQuery(now);
    if (address !== location.pathname + location.search) history.replaceState(history.state, '', address);
  });

  const tell = (request: Parameters<ModelClient['send']>[0]) => {
    for (const client of clients) client.send(request);
  };
  return {
    ...{ settings, notices, opened, states, change, view, open, restart },
    titles: computed(() =>
      states.value.map(
        (state, index) => state.ready?.title ?? (opened.value ? 'opened' : modelTitle(settings.value.models[index]!)),
      ),
    ),
    run: () => tell({ type: 'run' }),
    pause: () => tell({ type: 'pause' }),
    step: () => tell({ type: 'step', updates: 1 }),
    exportRun: (index: number) => clients[index]?.send({ type: 'export', what: 'run' }),
    exportModel: (index: number) => clients[index]?.send({ type: 'export', what: 'model' }),
  };
}

/** `cisformer-ea-1200`: what it is, and after how many steps. */
function folderName({ ready, progress }: ModelState): string {
  return `${ready?.title ?? 'model'} ${progress?.step ?? 0}`.toLowerCase().replaceAll(/\W+/g, '-');
}
