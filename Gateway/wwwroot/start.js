// Starting tasks: the echo button, and coin files that are dropped, chosen or pasted.

import { start } from './api.js';
import { $, plural } from './dom.js';
import { openTask } from './task.js';

let starting = null;

async function begin(kind, text, createRequest) {
  if (starting) {
    showError('Another task is being started. Wait, or stop it.');
    return;
  }
  starting = new AbortController();
  $('start-echo').disabled = $('choose').disabled = true;
  $('start-error').hidden = true;
  $('starting').hidden = false;
  $('starting-text').textContent = text;
  try {
    const { body, names } = await createRequest();
    const task = await start(kind, body, starting.signal, error => {
      $('starting-text').textContent = `${error.message} Retrying. The task is started only once.`;
    });
    openTask(task, kind, await names);
  } catch (error) {
    if (!starting.signal.aborted) {
      showError(error.message);
    }
  } finally {
    starting = null;
    $('starting').hidden = true;
    $('start-echo').disabled = $('choose').disabled = false;
  }
}

const detect = files => files.length > 0 && begin('detect', `Sending ${plural(files.length, 'file')}`, async () => {
  // Copies, because the request may have to be retried, and by then a file may have changed.
  const copies = await Promise.all(files.map(copyFile));
  const form = new FormData();
  copies.forEach(file => form.append('file', file));
  return { body: copies.length === 1 ? copies[0] : form, names: readNames(copies) };
});

async function copyFile(file) {
  try {
    return new File([await file.arrayBuffer()], file.name);
  } catch {
    throw new Error(`${file.name} cannot be read. Check that it is a file and still there, and choose it again.`);
  }
}

function readNames(files) {
  return new Promise(resolve => {
    const worker = new Worker(new URL('coinfile.js', import.meta.url));
    const end = names => {
      worker.terminate();
      resolve(names);
    };
    worker.addEventListener('message', event => end(event.data));
    worker.addEventListener('error', () => end([]));
    worker.postMessage(files);
  });
}

function detectText(text) {
  if (text.trim()) {
    detect([new File([text], 'pasted.json')]);
  }
}

function showError(message) {
  $('start-error').textContent = message;
  $('start-error').hidden = false;
}

$('start-echo').addEventListener('click', () => begin('echo', 'Starting the echo', () => ({})));
$('starting-stop').addEventListener('click', () => starting?.abort());
$('choose').addEventListener('click', () => $('files').click());
$('files').addEventListener('change', () => {
  detect([...$('files').files]);
  $('files').value = '';
});
// Pasted coins are taken from the clipboard, and never become part of the page.
document.addEventListener('paste', event => {
  const { files } = event.clipboardData;
  const text = event.clipboardData.getData('text/plain');
  if (files.length > 0 || event.target === $('paste') || text.trimStart().startsWith('{')) {
    event.preventDefault();
    if (files.length > 0) {
      detect([...files]);
    } else {
      detectText(text);
    }
  }
});
$('paste').addEventListener('change', () => {
  detectText($('paste').value);
  $('paste').value = '';
});
// Anywhere on the page, so that a file that is dropped beside the area does not replace the page.
addEventListener('dragover', event => {
  event.preventDefault();
  $('drop').classList.add('over');
});
addEventListener('dragleave', event => {
  if (!event.relatedTarget) {
    $('drop').classList.remove('over');
  }
});
addEventListener('drop', event => {
  event.preventDefault();
  $('drop').classList.remove('over');
  detect([...event.dataTransfer.files]);
});
