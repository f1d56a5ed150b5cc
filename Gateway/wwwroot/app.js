import { connection, isSignedIn, signIn, signOut } from './api.js';
import { $ } from './dom.js';
import { watchServers } from './servers.js';
import './start.js';

const texts = {
  live: 'Live',
  locked: 'API key needed',
  lost: 'Connection lost. Reconnecting…',
  busy: 'The service cannot respond now. Retrying…',
};

connection.addEventListener('change', () => {
  $('connection').dataset.state = connection.state;
  $('connection').textContent = texts[connection.state];
  $('sign-in').hidden = connection.state !== 'locked';
  $('sign-out').hidden = !isSignedIn();
});
$('sign-in').addEventListener('submit', async event => {
  event.preventDefault();
  const key = $('key').value.trim();
  $('key').value = '';
  $('sign-in-error').hidden = true;
  try {
    await signIn(key);
    // Reads the task of the URL again.
    dispatchEvent(new HashChangeEvent('hashchange'));
  } catch (error) {
    $('sign-in-error').textContent = error.code === 'unauthorized' ? 'The service does not know this key.' : error.message;
    $('sign-in-error').hidden = false;
  }
});
$('sign-out').addEventListener('click', signOut);
watchServers();
