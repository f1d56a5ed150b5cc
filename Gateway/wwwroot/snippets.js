// Code that does with the API what the page did. Each snippet runs as it is.

import { address, isSignedIn } from './api.js';

export const languages = ['cURL', 'JavaScript', 'C#'];

/** What a snippet can do with a task: reads it, or starts another of its kind if that is known. */
export const actionsOf = kind => ({ read: 'reads this task', ...(kind && { start: `starts another ${kind}` }) });

export function createSnippet(language, action, kind, id) {
  const writer = { 'cURL': writeCurl, 'JavaScript': writeJavaScript, 'C#': writeCSharp }[language];
  const code = writer(action === 'start' ? kind : null, address(`task/${id}`));
  return isSignedIn() ? keyHeaders[language](code) : code;
}

/** Adds a header with a placeholder: the key itself is never shown. */
const keyHeaders = {
  'cURL': code => code.replace('curl ', "curl -H 'X-Api-Key: YOUR-KEY' "),
  'JavaScript': code => code.replace("const headers = { ", "const headers = { 'X-Api-Key': 'YOUR-KEY', "),
  'C#': code => code.replace('http.DefaultRequestHeaders', 'http.DefaultRequestHeaders.Add("X-Api-Key", "YOUR-KEY");\nhttp.DefaultRequestHeaders'),
};

// Single quotes, so that it works in shells and in PowerShell.
const writeCurl = (kind, url) => kind === null
  ? `curl --fail-with-body -H 'Prefer: wait=30' '${url}'`
  : `curl --fail-with-body -X POST -H 'Prefer: wait=30'${kind === 'detect' ? " -H 'Content-Type: application/octet-stream' --data-binary '@coins.json'" : ''} '${address(kind)}'`;

const writeJavaScript = (kind, url) => `// As a module (.mjs) in Node.js, or in a browser.
${kind === 'detect' ? `import { readFile } from 'node:fs/promises';

` : ''}const headers = { Prefer: 'wait=30' };
async function call(url, options) {
  const response = await fetch(url, { headers, ...options });
  const { payload } = await response.json();
  if (!response.ok) throw new Error(payload.message);
  if (payload.status === 'running') await new Promise(resolve => setTimeout(resolve, 1000));
  return payload;
}

${{
    echo: `let task = await call('${address('echo')}', { method: 'POST' });`,
    detect: `let task = await call('${address('detect')}', {
  method: 'POST',
  headers: { ...headers, 'Content-Type': 'application/octet-stream' },
  body: await readFile('coins.json'),
});`,
  }[kind] ?? `let task = await call('${url}');`}
while (task.status === 'running') {
  task = await call(\`${address('task/')}\${task.id}\`);
}
console.log(JSON.stringify(task, null, 2));
`;

const writeCSharp = (kind, url) => `// The program of a new console project (dotnet new console).
using System.Net.Http.Headers;
using System.Text.Json;

using var http = new HttpClient();
http.DefaultRequestHeaders.Add("Prefer", "wait=30");

${{
    echo: `var task = await CallAsync(HttpMethod.Post, "${address('echo')}");`,
    detect: `var coins = new ByteArrayContent(await File.ReadAllBytesAsync("coins.json"));
coins.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
var task = await CallAsync(HttpMethod.Post, "${address('detect')}", coins);`,
  }[kind] ?? `var task = await CallAsync(HttpMethod.Get, "${url}");`}
while (task.GetProperty("status").GetString() == "running")
{
    await Task.Delay(TimeSpan.FromSeconds(1));
    task = await CallAsync(HttpMethod.Get, $"${address('task/')}{task.GetProperty("id").GetString()}");
}

Console.WriteLine(task.GetRawText());

async Task<JsonElement> CallAsync(HttpMethod method, string url, HttpContent? content = null)
{
    using var request = new HttpRequestMessage(method, url) { Content = content };
    using var response = await http.SendAsync(request);
    using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    var payload = json.RootElement.GetProperty("payload").Clone();
    return response.IsSuccessStatusCode ? payload : throw new HttpRequestException(payload.GetProperty("message").GetString());
}
`;
