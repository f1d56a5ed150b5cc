// The HTTP API: requests, the key, errors as sentences, retries, and following a task.

const root = new URL('api/v1/', document.baseURI);
const requestTimeout = 15_000;

// What to do about an error, after the sentence of the API that says what is wrong.
const advice = {
  'task-not-found': 'Check the link, or start a new task.',
  'malformed-id': 'Check the link, or start a new task.',
  'malformed-json': 'Correct the coins, and send them again.',
  'invalid-coins': 'Correct the coins, and send them again.',
  'invalid-coin-file': 'Choose an unencrypted coin file in JSON or in binary format 9.',
  'too-large': 'Split the coins into several files, and detect them one after the other.',
  'unauthorized': 'Sign in with a key from the operator of this service.',
  'forbidden': 'Ask the operator of this service for access.',
  'internal': 'Try again. If it fails again, report the trace id to the operator.',
};

// Said instead of the API's sentence, which addresses programs. The page retries the last two itself.
const plain = {
  'unauthorized': 'This service needs an API key.',
  'too-many-requests': 'Too many tasks are running.',
  'unavailable': 'The service cannot respond now.',
};

/** The address of an API call, also for code that is copied. */
export const address = path => new URL(path, root).href;

/** The API key of this tab. It is kept until the tab is closed or signs out, and is part of no link. */
const keyName = 'api-key';
let apiKey = read(() => sessionStorage.getItem(keyName));

export const isSignedIn = () => apiKey !== null;

/** Keeps a key if the service accepts it; otherwise throws an ApiError. */
export async function signIn(key) {
  apiKey = key;
  try {
    await readServers();
  } catch (error) {
    apiKey = null;
    throw error;
  }
  read(() => sessionStorage.setItem(keyName, key));
}

export function signOut() {
  read(() => sessionStorage.removeItem(keyName));
  location.reload();
}

/** An error response, or no response. `retryAfter` is in seconds and set if a retry makes sense. */
export class ApiError extends Error {
  constructor(code, message, retryAfter) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Whether the service responds: "connecting", "live", "locked" (a key is needed), "lost" or "busy". Dispatches "change". */
export const connection = new class extends EventTarget {
  state = 'connecting';

  set(state) {
    if (state !== this.state) {
      this.state = state;
      this.dispatchEvent(new Event('change'));
    }
  }
}();

export async function delay(milliseconds, signal) {
  signal?.throwIfAborted();
  await new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

/** Starts a task, and retries until the service responds. All attempts have one Idempotency-Key, so only one task is started. */
export function start(kind, body, signal, onRetry) {
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
  const headers = { 'Idempotency-Key': key };
  if (body instanceof Blob) {
    // The service recognizes JSON and binary files by their content.
    headers['Content-Type'] = 'application/octet-stream';
  }
  return retry(() => send('POST', kind, { headers, body, signal }), signal, onRetry);
}

export const readServers = () => send('GET', 'raida', limited());
export const cancelTask = id => send('POST', `task/${id}/cancel`, limited());
export const deleteTask = id => send('DELETE', `task/${id}`, limited());

/** Shows a task now and after each change until it has ended. Survives lost connections; ends with an ApiError only if the task is gone. */
export async function follow(id, show, signal) {
  // A browser sends no key with a request for events.
  for (let hasEvents = !apiKey; ;) {
    const task = await retry(() => send('GET', `task/${id}`, limited(signal)), signal);
    signal.throwIfAborted();
    show(task);
    if (task.status !== 'running') {
      return;
    }
    hasEvents &&= await readEvents(id, show, signal);
    if (!hasEvents) {
      await delay(1000, signal);
    }
  }
}

/** Returns when the stream has ended or was interrupted: whether there was one. */
function readEvents(id, show, signal) {
  return new Promise(resolve => {
    let hasOpened = false;
    const source = new EventSource(address(`task/${id}/events`));
    const end = () => {
      source.close();
      resolve(hasOpened);
    };
    source.addEventListener('open', () => { hasOpened = true; });
    source.addEventListener('error', end);
    source.addEventListener('task', event => {
      const task = parse(event.data).payload;
      if (task.status === 'running') {
        show(task);
      } else {
        end();
      }
    });
    signal.addEventListener('abort', end, { once: true });
  });
}

async function retry(attempt, signal, onRetry) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!error.retryAfter) {
        throw error;
      }
      onRetry?.(error);
      await delay(error.retryAfter * 1000, signal);
    }
  }
}

const limited = signal => ({ signal: AbortSignal.any([AbortSignal.timeout(requestTimeout), ...(signal ? [signal] : [])]) });

async function send(method, path, options) {
  let response;
  let text;
  try {
    const headers = { ...options.headers, ...(apiKey && { 'X-Api-Key': apiKey }) };
    response = await fetch(address(path), { method, cache: 'no-store', ...options, headers });
    text = await response.text();
  } catch (error) {
    if (error.name === 'AbortError') {
      throw error;
    }
    connection.set('lost');
    throw new ApiError('lost', 'The connection to the service is lost.', 1);
  }

  const isRejected = [429, 502, 503, 504].includes(response.status);
  connection.set(response.status === 401 ? 'locked' : isRejected && response.status !== 429 ? 'busy' : 'live');
  if (response.ok) {
    return text && parse(text).payload;
  }
  const { code = 'unknown', message = `The service responded with the HTTP status ${response.status}.`, traceId } = readError(text);
  throw new ApiError(
    code,
    [toSentence(plain[code] ?? message, code), traceId && `Trace id: ${traceId}.`, advice[code]].filter(Boolean).join(' '),
    isRejected ? Number(response.headers.get('Retry-After')) || 1 : undefined);
}

/** Messages about coins start with the path of the coin and have no period. */
const toSentence = (message, code) => (code === 'invalid-coins' ? 'The coins are invalid at ' : '') + message.replace(/[^.]$/, '$&.');

/** Parses a response with its totals as BigInts, which as Numbers would lose digits. */
function parse(text) {
  const envelope = JSON.parse(text.replace(/"(Total\w+)":(\d+)/g, '"$1":"$2"'));
  const data = envelope.payload.data ?? {};
  for (const name of Object.keys(data).filter(name => name.startsWith('Total'))) {
    data[name] = BigInt(data[name]);
  }
  return envelope;
}

/** Runs an action of the browser's storage, which may be blocked: null then. */
function read(action) {
  try {
    return action() ?? null;
  } catch {
    return null;
  }
}

function readError(text) {
  try {
    return JSON.parse(text).payload;
  } catch {
    // Not from the service, but from a proxy before it.
    return {};
  }
}
