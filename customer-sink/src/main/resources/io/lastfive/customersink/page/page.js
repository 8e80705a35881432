// Everything that comes from outside is set as text, never as markup.
import { FreshnessBadge, ago, byId, locale } from './common.js';

const channelNames = { CC: 'Card', BANK_TRF: 'Bank transfer' };
const statusNames = { SETTLED: '', REFUNDED: 'Refund' };
const exactTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const AFTER_REFUSAL = 2000;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const badge = new FreshnessBadge(byId('badge'), byId('spoken'));

let customerId = '';
let events = null;
let shown = null;

/* Amounts are decimal text: formatted as such, no digit is lost to floating point. */
function amountText(amount, currency) {
  const significant = amount.replace(/0+$/, '').split('.')[1]?.length ?? 0;
  try {
    const digits = new Intl.NumberFormat(locale, { style: 'currency', currency })
      .resolvedOptions().maximumFractionDigits;
    return new Intl.NumberFormat(locale, {
      style: 'currency', currency,
      minimumFractionDigits: digits, maximumFractionDigits: Math.max(digits, significant),
    }).format(amount);
  } catch (unknownCurrency) {
    return `${amount} ${currency}`;
  }
}

function setTime(element, instant) {
  const date = new Date(instant);
  element.dateTime = instant;
  element.textContent = ago(date);
  element.title = exactTime.format(date);
}

/* A channel that came later than this page: MOBILE_WALLET reads Mobile wallet. */
function channelName(type) {
  const words = type.replaceAll('_', ' ').toLowerCase();
  return channelNames[type] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/* However many characters are masked, four dots say so. */
function maskedAccount(account) {
  return (account ?? '').replace(/\*+/g, ' •••• ').trim();
}

/* Names as they were given, once each, whatever their case. */
function holderNames(payments) {
  const names = new Map();
  for (const { accountName } of payments) {
    const key = accountName?.toLocaleLowerCase();
    if (key && (!names.has(key) || names.get(key) === names.get(key).toLocaleUpperCase())) {
      names.set(key, accountName);
    }
  }
  return [...names.values()].join(', ');
}

function initials(name) {
  const letters = [...(name ?? '').matchAll(/\p{L}/gu)].length
    ? name.split(/[\s,]+/).map((word) => /\p{L}/u.exec(word)?.[0] ?? '').join('')
    : '';
  const all = [...letters];
  return all.length > 2 ? all[0] + all[all.length - 1] : letters;
}

function paymentRow(payment) {
  const row = byId('payment').content.firstElementChild.cloneNode(true);
  const set = (selector, text) => { row.querySelector(selector).textContent = text ?? ''; };
  row.dataset.id = payment.paymentId;
  row.dataset.channel = payment.paymentType in channelNames ? payment.paymentType : 'other';
  row.dataset.status = payment.status;
  set('.counterparty bdi', payment.counterparty || payment.accountName || 'Unnamed counterparty');
  set('.channel-name', channelName(payment.paymentType));
  set('.account', maskedAccount(payment.accountNo));
  set('.bank', payment.bankName);
  set('.reference', payment.referenceNo ? `Ref. ${payment.referenceNo}` : '');
  set('.amount', amountText(payment.amount, payment.currency));
  set('.status', statusNames[payment.status] ?? payment.status);
  set('.exact', exactTime.format(new Date(payment.transactedAt)));
  setTime(row.querySelector('time'), payment.transactedAt);
  return row;
}

/* Rows stay where they are as elements, and glide to their new places; only what is new is made. */
function showPayments(customer) {
  const list = byId('payments');
  const before = new Map([...list.children].map((row) => [row.dataset.id, { row, top: row.offsetTop }]));
  const arrived = shown === null ? [] : customer.payments.filter(({ paymentId }) => !shown.has(paymentId));
  list.replaceChildren(...customer.payments.map((payment) => before.get(payment.paymentId)?.row ?? paymentRow(payment)));
  shown = new Set(customer.payments.map(({ paymentId }) => paymentId));
  for (const row of list.children) {
    const was = before.get(row.dataset.id);
    if (!was && arrived.length) row.classList.add('new');
    if (was && !calm.matches && was.top !== row.offsetTop) {
      row.animate([{ transform: `translateY(${was.top - row.offsetTop}px)` }, { transform: 'none' }],
        { duration: 420, easing: 'cubic-bezier(.2, .8, .2, 1)' });
    }
  }
  if (arrived.length) {
    byId('spoken').textContent = arrived
      .map((payment) => `New payment: ${amountText(payment.amount, payment.currency)}, ${payment.counterparty ?? ''}`)
      .join('. ');
  }
  const name = holderNames(customer.payments);
  byId('holder').textContent = name || customerId;
  byId('face').textContent = initials(name.split(', ')[0]);
  byId('unknown').hidden = customer.payments.length > 0;
  byId('as-of-line').hidden = false;
  setTime(byId('as-of'), customer.asOf);
}

function showUnknown() {
  byId('payments').replaceChildren();
  shown = new Set();
  byId('holder').textContent = customerId;
  byId('face').textContent = '';
  byId('unknown').hidden = false;
  byId('as-of-line').hidden = true;
}

/* Not while the tab is hidden: a browser has six connections to a host, and the state comes whole to whoever comes back. */
function watch(again = false) {
  events?.close();
  events = null;
  if (document.hidden || !customerId) return;
  badge.connecting(again);
  const mine = new EventSource(`/api/customers/${encodeURIComponent(customerId)}/events`);
  events = mine;
  events.addEventListener('age', (event) => badge.age(JSON.parse(event.data)));
  events.addEventListener('payments', (event) => {
    badge.connected();
    showPayments(JSON.parse(event.data));
  });
  events.addEventListener('unknown', () => {
    badge.connected();
    showUnknown();
  });
  events.onerror = () => {
    badge.connecting(true);
    // A browser tries again where nobody answers, and gives up where it is refused, as by a proxy whose page restarts.
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === events && watch(true), AFTER_REFUSAL);
  };
}

/* An address that was typed by hand may be no valid escape; then it stands for itself. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (malformed) {
    return text;
  }
}

function route() {
  const match = /^\/customers\/(.+)$/.exec(location.pathname);
  customerId = match ? decoded(match[1]) : '';
  byId('home').hidden = customerId !== '';
  byId('customer').hidden = customerId === '';
  document.title = customerId ? `${customerId}: last five payments` : 'Last five payments';
  shown = null;
  if (customerId) {
    byId('customer-id').textContent = customerId;
    byId('payments').replaceChildren();
    byId('holder').textContent = customerId;
    byId('face').textContent = '';
    byId('unknown').hidden = true;
    byId('as-of-line').hidden = true;
    const known = byId('known').textContent;
    if (known && JSON.parse(known).customerId === customerId) showPayments(JSON.parse(known));
    byId('known').textContent = '';
  } else {
    showSome();
  }
  watch();
}

function open(id) {
  closeMatches();
  byId('query').value = '';
  history.pushState(null, '', `/customers/${encodeURIComponent(id)}`);
  route();
  byId('main').focus();
}

async function find(query, limit, after = '') {
  const answer = await fetch(`/api/customers?limit=${limit}&after=${encodeURIComponent(after)}&query=${encodeURIComponent(query)}`);
  if (!answer.ok) throw new Error(`the search answered ${answer.status}`);
  return answer.json();
}

function nameAndId(element, customer) {
  const name = document.createElement('bdi');
  name.className = 'name';
  name.textContent = customer.accountName ?? customer.customerId;
  const id = document.createElement('span');
  id.className = 'id';
  id.textContent = customer.accountName ? customer.customerId : '';
  element.append(name, id);
}

let next = '';

async function showSome(after = '') {
  const found = await find('', 24, after).catch((away) => {
    console.warn(away);
    return null;
  });
  const items = (found?.customers ?? []).map((customer) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `/customers/${encodeURIComponent(customer.customerId)}`;
    const face = document.createElement('span');
    face.className = 'face small';
    face.setAttribute('aria-hidden', 'true');
    face.textContent = initials(customer.accountName);
    const who = document.createElement('span');
    who.className = 'who';
    nameAndId(who, customer);
    link.append(face, who);
    item.append(link);
    return item;
  });
  if (after) byId('some').append(...items);
  else byId('some').replaceChildren(...items);
  if (found) next = found.next ?? '';
  const none = byId('some').children.length === 0;
  byId('more-line').hidden = !next;
  byId('some-heading').hidden = none;
  byId('none').hidden = !none;
  byId('none').textContent = found
    ? 'No payment has arrived yet. This page shows the first one as it comes.'
    : 'The customers cannot be read just now. This page tries again by itself.';
  if (none && customerId === '') setTimeout(() => customerId === '' && showSome(), 2000);
  if (after) items[0]?.firstElementChild.focus();
}

/* The search: a combobox with a list of customers whose id, or words of whose name, begin with what is typed. */
let typed = 0;
let selected = -1;
let matches = [];

function closeMatches() {
  typed++;
  byId('found').hidden = true;
  byId('query').setAttribute('aria-expanded', 'false');
  byId('query').removeAttribute('aria-activedescendant');
  selected = -1;
}

async function showMatches() {
  const query = byId('query').value.trim();
  const mine = ++typed;
  if (!query) {
    closeMatches();
    return;
  }
  const found = await find(query, 8).catch(() => null);
  if (mine !== typed) return;
  selected = -1;
  byId('query').removeAttribute('aria-activedescendant');
  matches = found?.customers ?? [];
  byId('matches').replaceChildren(...matches.map((customer, index) => {
    const item = document.createElement('li');
    item.id = `match-${index}`;
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', 'false');
    nameAndId(item, customer);
    item.addEventListener('mousedown', (event) => { event.preventDefault(); open(customer.customerId); });
    return item;
  }));
  byId('matches').hidden = matches.length === 0;
  const nothing = found ? `No customer's id or name begins with “${query}”` : 'The search does not answer; it is tried again as you type';
  byId('nothing').textContent = matches.length ? '' : nothing;
  byId('nothing').hidden = matches.length > 0;
  byId('spoken').textContent = matches.length ? `${matches.length} ${matches.length === 1 ? 'customer' : 'customers'} found` : nothing;
  byId('found').hidden = false;
  byId('query').setAttribute('aria-expanded', String(matches.length > 0));
}

function select(index) {
  const items = [...byId('matches').children];
  if (items.length === 0 || byId('found').hidden) return;
  selected = (index + items.length) % items.length;
  items.forEach((item, position) => item.setAttribute('aria-selected', String(position === selected)));
  byId('query').setAttribute('aria-activedescendant', items[selected].id);
  items[selected].scrollIntoView({ block: 'nearest' });
}

byId('query').addEventListener('input', showMatches);
byId('query').addEventListener('blur', closeMatches);
byId('query').addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown') { event.preventDefault(); select(selected + 1); }
  if (event.key === 'ArrowUp') { event.preventDefault(); select(selected < 0 ? -1 : selected - 1); }
  if (event.key === 'Escape') closeMatches();
});
byId('search').addEventListener('submit', async (event) => {
  event.preventDefault();
  const query = byId('query').value.trim();
  if (selected >= 0) {
    open(matches[selected].customerId);
  } else if (query) {
    // An id as it is, or the only one that is meant; an unknown id is shown as such.
    const found = await find(query, 2).catch(() => ({ customers: [] }));
    open(found.customers.length === 1 ? found.customers[0].customerId : query);
  }
});
byId('more').addEventListener('click', () => showSome(next));
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== byId('query')) {
    event.preventDefault();
    byId('query').focus();
  }
});
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href]');
  const inside = link && /^\/(customers\/.*)?$/.test(link.getAttribute('href'));
  if (!inside || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.getAttribute('href'));
  route();
  byId('main').focus();
});
addEventListener('popstate', route);
document.addEventListener('visibilitychange', () => watch());
setInterval(() => document.querySelectorAll('time[datetime]').forEach((time) => setTime(time, time.dateTime)), 10_000);
route();
