// The explorer's script: the form's paths and values, live checks, sending, the keyboard.
// Everything is decided by the server; what it says arrives as text, or as escaped HTML.
'use strict';

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const later = (pause, run) => {
  let timer;
  return (...words) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...words), pause);
  };
};
/** The JSON of each line of a reply, as soon as it is there. */
async function* lines(reply) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const whole = (rest + value).split('\n');
    rest = whole.pop();
    for (const line of whole) yield JSON.parse(line);
  }
}
const make = (tag, name, text = '') => {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
};

/** Colours of Rust and JSON: comments, texts, words, numbers. */
function coloured(text) {
  const parts = /(\/\/[^\n]*)|("(?:[^"\\]|\\.)*"(?=:))|(r(#+)"[^]*?"\4|"(?:[^"\\]|\\.)*")|\b(use|as|let|fn|async|await|vec!|true|false|null)\b|\b(\d[\d.]*)\b/g;
  const nodes = [];
  let end = 0;
  for (const part of text.matchAll(parts)) {
    const [whole, comment, name, string, , word] = part;
    nodes.push(text.slice(end, part.index));
    const kind = comment ? 'comment' : name ? 'name' : string ? 'string' : word ? 'word' : 'number';
    nodes.push(make('span', `c-${kind}`, whole));
    end = part.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

// ---- The keyboard: `/` searches, arrows walk through what is found.

document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select');
  const search = one('#search');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

function searching(search) {
  const results = one('#results');
  const links = () => all('a', results);
  let serial = 0;
  const find = later(100, async () => {
    const run = ++serial;
    const query = new URLSearchParams(new FormData(search.form));
    const reply = await fetch(`/search?${query}`).catch(() => null);
    if (reply?.ok && run === serial) {
      results.innerHTML = await reply.text();
      results.hidden = false;
    }
  });
  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' && links().length) {
      event.preventDefault();
      results.hidden = false;
      links()[0].focus();
    } else if (event.key === 'Escape') {
      search.value = '';
      search.dispatchEvent(new Event('input'));
      results.hidden = results.classList.contains('floating');
    }
  });
  results.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') search.focus();
    if (!step) return;
    event.preventDefault();
    const next = links().indexOf(document.activeElement) + step;
    (next < 0 ? search : links()[Math.min(next, links().length - 1)])?.focus();
  });
  if (results.classList.contains('floating')) {
    document.addEventListener('click', (event) => {
      if (!event.target.closest('.finder')) results.hidden = true;
    });
  }
}

// ---- The form: a `.param` is a leaf with a value, an object, a list or a map.

const shape = (param) => param.dataset.shape;
const members = (param) => all(':scope > .body > .members > .param', param);
const items = (param) => all(':scope > .body > .items > li', param);
const inner = (item) => one(':scope > .param, :scope > .row > .param', item);
const control = (leaf) => one('[data-value]', leaf);

/** The pairs of path and value of a parameter, and which parameter each path is. */
function collect(param, path, pairs, places) {
  places.set(path, param);
  switch (shape(param)) {
    case 'leaf': {
      const { value } = control(param);
      if (value !== '') pairs.push([path, value]);
      break;
    }
    case 'object':
      for (const member of members(param)) {
        collect(member, `${path}.${member.dataset.name}`, pairs, places);
      }
      break;
    default:
      items(param).forEach((item, index) => {
        const key = shape(param) === 'map' ? one('[data-key]', item).value : index + 1;
        if (key === '') return;
        const place = `${path}.${key}`;
        // An item that was added is there, even while nothing of it is filled in.
        if (shape(inner(item)) === 'object') pairs.push([place, '{}']);
        collect(inner(item), place, pairs, places);
      });
  }
}

let ids = 0;
/** Ties labels, controls and problems together; in an item once it is added. */
function bind(root) {
  for (const leaf of all('.param[data-shape=leaf]', root)) {
    const field = control(leaf);
    const id = `field-${++ids}`;
    field.id = id;
    one('label', leaf)?.setAttribute('for', id);
    const problem = one(':scope > .problem', leaf);
    problem.id = `${id}-problem`;
    field.setAttribute('aria-describedby', problem.id);
    if (!one('label', leaf)) field.setAttribute('aria-label', 'Value');
    const values = one('datalist', leaf);
    if (values) {
      values.id = `${id}-values`;
      field.setAttribute('list', values.id);
    }
  }
}

function add(list, focus) {
  const item = one(':scope > .body > template', list).content.cloneNode(true).firstElementChild;
  one(':scope > .body > .items', list).append(item);
  bind(item);
  renumber(list);
  if (focus) one('input, textarea, select', item)?.focus();
  return item;
}

function renumber(list) {
  items(list).forEach((item, index) => {
    const number = one('[data-number]', item);
    if (number) number.textContent = `${index + 1}`;
    one('.remove', item).setAttribute('aria-label', `Remove item ${index + 1}`);
  });
}

/** Fills a parameter; what is typed into a field comes as a text. */
function fill(param, json) {
  if (json === null || json === undefined) return;
  switch (shape(param)) {
    case 'leaf':
      control(param).value = json;
      break;
    case 'object':
      for (const member of members(param)) fill(member, json[member.dataset.name]);
      break;
    default: {
      one(':scope > .body > .items', param).replaceChildren();
      const entries = Array.isArray(json) ? json.map((each) => ['', each]) : Object.entries(json);
      for (const [key, value] of entries) {
        const item = add(param, false);
        const name = one('[data-key]', item);
        if (name) name.value = key;
        fill(inner(item), value);
      }
    }
  }
  for (let at = param; at; at = at.parentElement?.closest('details')) at.open = true;
}

/** Empties a parameter. */
function clear(param) {
  if (shape(param) === 'leaf') control(param).value = '';
  else if (shape(param) === 'object') members(param).forEach(clear);
  else one(':scope > .body > .items', param).replaceChildren();
}

/** Events that are shown of one reply. */
const MOST_EVENTS = 1000;

function operation(form) {
  const touched = new WeakSet();
  const sends = all('[data-send]');
  const status = one('#status');
  let tried = false;
  let places = new Map();
  let serial = 0;
  let version = 'v3';

  const values = () => {
    const pairs = [];
    places = new Map();
    for (const param of roots()) {
      collect(param, param.dataset.name, pairs, places);
    }
    return pairs;
  };
  const ask = async (path, more, signal) => {
    const { product, version: api, operation } = form.dataset;
    const region = one('#region').value;
    const body = { product, version: api, operation, region, signature: version, values: values(), ...more };
    const reply = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    }).catch(() => null);
    if (reply?.ok) return reply;
    throw new Error(reply ? await reply.text() : 'The explorer does not run any more: start it again in the terminal.');
  };

  const post = async (path, more = {}) => (await ask(path, more)).json();

  /** The parameter that a problem is of: itself, or what it is in. */
  const place = (path) => {
    for (let at = path; at; at = at.slice(0, Math.max(at.lastIndexOf('.'), 0))) {
      if (places.has(at)) return places.get(at);
    }
    return null;
  };
  const reveal = (param) => {
    for (let at = param; at; at = at.parentElement?.closest('details')) at.open = true;
    const target = one('input, textarea, select, button.add', param);
    target?.focus();
    param.scrollIntoView({ block: 'center' });
  };

  /** Puts each problem beside its parameter, the first of each. */
  function explain(problems, hints) {
    for (const slot of all('.param > .problem', form)) slot.textContent = '';
    for (const field of all('[aria-invalid]', form)) field.removeAttribute('aria-invalid');
    const list = one('#problems');
    list.replaceChildren();
    const said = new Set();
    for (const [kind, found] of [...problems.map((it) => ['bad', it]), ...hints.map((it) => ['hint', it])]) {
      const param = place(found.path);
      const seen = param && (tried || touched.has(param) || kind === 'hint');
      const slot = param && one(':scope > .problem', param);
      if (seen && slot && !slot.textContent) {
        slot.textContent = `${found.path} ${found.message}`;
        slot.dataset.kind = kind;
        if (kind === 'bad' && shape(param) === 'leaf') control(param).setAttribute('aria-invalid', 'true');
      }
      if (kind === 'hint' || said.has(found.path)) continue;
      said.add(found.path);
      const entry = make('li', '');
      const link = make('button', 'link', `${found.path} ${found.message}`.trim());
      link.type = 'button';
      link.addEventListener('click', () => param && reveal(param));
      entry.append(link);
      list.append(entry);
    }
    const count = said.size;
    status.dataset.kind = count ? 'bad' : 'good';
    status.textContent = count === 0 ? 'Ready to send' : count === 1 ? '1 thing to put right' : `${count} things to put right`;
    one('#todo').hidden = count === 0;
  }

  function show(report) {
    explain(report.problems, report.hints);
    for (const [name, text] of Object.entries(report.code)) {
      const pane = one(`[data-code=${name}]`);
      const colours = name === 'rust' || name === 'json';
      if (pane) pane.replaceChildren(...(colours ? coloured(text) : [text]));
    }
    const steps = report.steps.map((step, index) => {
      const item = make('li', 'step');
      const head = make('h4', '', step.title);
      head.prepend(make('span', 'number', `${index + 1}`));
      item.append(head, make('p', 'how', step.how), make('pre', '', step.text));
      return item;
    });
    one('#steps').replaceChildren(...steps);
    one('#unsigned').textContent = report.unsigned ?? '';
    document.body.dataset.incomplete = report.problems.length > 0;
  }

  const check = async () => {
    const run = ++serial;
    try {
      const report = await post('/check');
      if (run === serial) show(report);
    } catch (error) {
      status.dataset.kind = 'bad';
      status.textContent = error.message;
    }
  };
  const soon = later(120, check);

  const confirmed = (confirm) => new Promise((resolve) => {
    const dialog = one('#confirm');
    one('[data-what]', dialog).textContent = confirm.what;
    one('[data-reasons]', dialog).replaceChildren(...confirm.reasons.map((it) => make('li', '', it)));
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'send'), { once: true });
    dialog.showModal();
  });

  const count = (number) => (number === 1 ? '1 event' : `${number} events`);

  /** Shows events one by one, until the last one or until somebody stops it. */
  async function listen(panel, reply, stopping) {
    let number = 0;
    for await (const line of lines(reply)) {
      if (line.panel) {
        panel.innerHTML = line.panel;
        one('[data-stop]', panel).addEventListener('click', () => stopping.abort());
        arrive(panel);
      } else if (line.event) {
        number += 1;
        one('[data-count]', panel).textContent = count(number);
        if (number <= MOST_EVENTS) one('[data-events]', panel).insertAdjacentHTML('beforeend', line.event);
        else one('[data-count]', panel).append(`, the first ${MOST_EVENTS} below`);
      } else {
        one('[data-outcome]', panel).innerHTML = line.outcome;
        one('[data-count]', panel).textContent = count(number);
      }
    }
  }

  const arrive = (panel) => {
    one('h2', panel)?.focus({ preventScroll: true });
    panel.scrollIntoView({ block: 'nearest' });
  };

  async function send(target, isConfirmed = false, fail = '') {
    tried = true;
    await check();
    if (one('#problems').childElementCount) {
      const first = one('.param > .problem[data-kind=bad]:not(:empty)', form);
      if (first) reveal(first.parentElement);
      return;
    }
    for (const button of sends) button.disabled = true;
    const panel = one('#reply');
    panel.setAttribute('aria-busy', 'true');
    const stopping = new AbortController();
    try {
      const reply = await ask('/send', { target, confirmed: isConfirmed, fail }, stopping.signal);
      if (reply.headers.get('content-type') === 'application/x-ndjson') {
        panel.removeAttribute('aria-busy');
        await listen(panel, reply, stopping);
        return;
      }
      const answer = await reply.json();
      if (answer.confirm) {
        if (await confirmed(answer.confirm)) await send(target, true);
        return;
      }
      panel.innerHTML = answer.html;
      arrive(panel);
    } catch (error) {
      const outcome = one('[data-outcome]', panel);
      if (outcome && one('[data-stop]', outcome)) {
        const why = stopping.signal.aborted ? 'stopped' : 'broken off';
        outcome.replaceChildren(make('span', 'tag doubt', why));
        return;
      }
      const message = make('div', 'pad');
      message.append(make('p', 'problem', error.message));
      panel.replaceChildren(make('h2', '', 'Not sent'), message);
    } finally {
      panel.removeAttribute('aria-busy');
      for (const button of sends) button.disabled = false;
    }
  }

  const roots = () => all(':scope .members.root > .param', form);
  async function load(json) {
    for (const param of roots()) fill(param, json[param.dataset.name]);
    await check();
  }

  form.addEventListener('input', (event) => {
    const param = event.target.closest('.param');
    if (param) touched.add(param);
    soon();
  });
  form.addEventListener('focusout', (event) => {
    const param = event.target.closest('.param');
    if (param && event.target.matches('[data-value]') && !touched.has(param)) {
      touched.add(param);
      soon();
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(event.submitter?.dataset.send ?? 'mock');
  });
  form.addEventListener('keydown', (event) => {
    // Enter in a field must not send what is half filled in; with Ctrl it is meant.
    if (event.key !== 'Enter' || !event.target.matches('input')) {
      if (!(event.key === 'Enter' && (event.ctrlKey || event.metaKey))) return;
    }
    if (event.target.closest('dialog')) return;
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) send('mock');
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    const list = button?.closest('.param');
    if (!button || !list) return;
    if (button.matches('.add')) {
      touched.add(list);
      add(list, true);
    } else if (button.matches('.remove')) {
      const item = button.closest('li');
      const owner = item.parentElement.closest('.param');
      item.remove();
      touched.add(owner);
      renumber(owner);
      one(':scope > .body > .add', owner).focus();
    } else if (button.matches('.value')) {
      control(list).value = button.value;
      touched.add(list);
    }
    soon();
  });

  for (const button of all('[data-fail]')) {
    button.addEventListener('click', () => send('mock', false, button.dataset.fail));
  }
  one('#example').addEventListener('click', async () => {
    const { parameters } = await post('/example');
    await load(parameters);
  });
  const paste = later(150, async (json) => {
    if (json.trim() === '') return;
    const { parameters, problems } = await post('/paste', { json });
    one('#paste-problem').textContent = problems.join('; ');
    if (Object.keys(parameters).length) roots().forEach(clear);
    await load(parameters);
  });
  one('#paste').addEventListener('input', (event) => {
    event.stopPropagation();
    paste(event.target.value);
  });
  all('[name=signature]').forEach((choice) => choice.addEventListener('change', () => {
    version = choice.value;
    check();
  }));

  one('#filter')?.addEventListener('input', (event) => {
    event.stopPropagation();
    const part = event.target.value.trim().toLowerCase();
    for (const param of all(':scope > .members > .param', event.target.parentElement)) {
      param.hidden = !param.dataset.name.toLowerCase().includes(part);
    }
  });

  bind(form);
  for (const list of all('.param[data-required][data-shape=list]', form)) {
    if (!list.closest('template')) add(list, false);
  }
  check();
}

// ---- Tabs and copying.

function tabs(list) {
  const buttons = all('[role=tab]', list);
  const choose = (tab, focus) => {
    for (const each of buttons) {
      const chosen = each === tab;
      each.setAttribute('aria-selected', chosen);
      each.tabIndex = chosen ? 0 : -1;
      one(`#${each.getAttribute('aria-controls')}`).hidden = !chosen;
    }
    if (focus) tab.focus();
  };
  for (const tab of buttons) tab.addEventListener('click', () => choose(tab, false));
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !event.target.matches('[role=tab]')) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    choose(buttons[(at + step + buttons.length) % buttons.length], true);
  });
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const text = one(`[data-code=${button.dataset.copy}]`).textContent;
  const done = await navigator.clipboard.writeText(text).then(() => 'Copied', () => 'Not copied');
  button.textContent = done;
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
});

if (one('#search')) searching(one('#search'));
all('[role=tablist]').forEach(tabs);
if (one('#call')) operation(one('#call'));
