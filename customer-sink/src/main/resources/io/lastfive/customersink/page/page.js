'use strict';

// Everything that comes from outside is set as text, never as markup.
const byId = (id) => document.getElementById(id);
const locale = navigator.languages?.length ? [...navigator.languages] : undefined;
const channelNames = { CC: 'Card', BANK_TRF: 'Bank transfer' };
const statusNames = { SETTLED: '', REFUNDED: 'Refund' };
const exactTime = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });
const shortDate = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const relativeTime = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

let customerId = '';
let events = null;
let shown = new Set();

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

function ago(date) {
  const seconds = Math.round((date - Date.now()) / 1000);
  const past = Math.abs(seconds);
  if (past < 10) return relativeTime.format(0, 'second');
  if (past < 60) return relativeTime.format(seconds, 'second');
  if (past < 3600) return relativeTime.format(Math.round(seconds / 60), 'minute');
  if (past < 86400) return relativeTime.format(Math.round(seconds / 3600), 'hour');
  if (past < 7 * 86400) return relativeTime.format(Math.round(seconds / 86400), 'day');
  return shortDate.format(date);
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

function paymentRow(payment, isNew) {
  const row = byId('payment').content.firstElementChild.cloneNode(true);
  const set = (selector, text) => { row.querySelector(selector).textContent = text ?? ''; };
  row.dataset.id = payment.paymentId;
  row.dataset.channel = payment.paymentType in channelNames ? payment.paymentType : 'other';
  row.dataset.status = payment.status;
  row.classList.toggle('new', isNew);
  set('.counterparty', payment.counterparty || payment.accountName || 'Unnamed counterparty');
  set('.channel-name', channelName(payment.paymentType));
  set('.account', maskedAccount(payment.accountNo));
  set('.bank', payment.bankName);
  set('.reference', payment.referenceNo ? `Ref. ${payment.referenceNo}` : '');
  set('.amount', amountText(payment.amount, payment.currency));
  set('.status', statusNames[payment.status] ?? payment.status);
  setTime(row.querySelector('time'), payment.transactedAt);
  return row;
}

function showPayments(customer) {
  const first = shown.size === 0;
  const arrived = customer.payments.filter((payment) => !shown.has(payment.paymentId));
  byId('payments').replaceChildren(
    ...customer.payments.map((payment) => paymentRow(payment, !first && arrived.includes(payment))));
  shown = new Set(customer.payments.map((payment) => payment.paymentId));
  if (!first && arrived.length) {
    byId('spoken').textContent = arrived
      .map((payment) => `New payment: ${amountText(payment.amount, payment.currency)}, ${payment.counterparty ?? ''}`)
      .join('. ');
  }
  byId('holder').textContent = holderNames(customer.payments);
  byId('unknown').hidden = customer.payments.length > 0;
  byId('as-of-line').hidden = false;
  setTime(byId('as-of'), customer.asOf);
}

function showUnknown() {
  byId('payments').replaceChildren();
  shown = new Set();
  byId('holder').textContent = '';
  byId('unknown').hidden = false;
  byId('as-of-line').hidden = true;
}

function showState(state, text) {
  byId('live').dataset.state = state;
  byId('live-text').textContent = text;
}

function watch() {
  events?.close();
  showState('connecting', 'Connecting');
  events = new EventSource(`/api/customers/${encodeURIComponent(customerId)}/events`);
  events.addEventListener('payments', (event) => {
    showState('live', 'Live');
    showPayments(JSON.parse(event.data));
  });
  events.addEventListener('unknown', () => {
    showState('live', 'Live');
    showUnknown();
  });
  events.onerror = () => showState('connecting', 'Reconnecting');
}

function route() {
  const match = /^\/customers\/(.+)$/.exec(location.pathname);
  customerId = match ? decodeURIComponent(match[1]) : '';
  byId('home').hidden = customerId !== '';
  byId('customer').hidden = customerId === '';
  document.title = customerId ? `${customerId}: last five payments` : 'Last five payments';
  shown = new Set();
  if (customerId) {
    byId('customer-id').textContent = customerId;
    byId('payments').replaceChildren();
    byId('holder').textContent = '';
    byId('unknown').hidden = true;
    byId('as-of-line').hidden = true;
    const known = byId('known').textContent;
    if (known && JSON.parse(known).customerId === customerId) showPayments(JSON.parse(known));
    byId('known').textContent = '';
    watch();
  } else {
    events?.close();
    events = null;
    showSome();
  }
}

function open(id) {
  closeMatches();
  byId('query').value = '';
  history.pushState(null, '', `/customers/${encodeURIComponent(id)}`);
  route();
  byId('main').focus();
}

async function find(query, limit) {
  const answer = await fetch(`/api/customers?limit=${limit}&query=${encodeURIComponent(query)}`);
  if (!answer.ok) throw new Error(`the search answered ${answer.status}`);
  return (await answer.json()).customers.map((customer) => customer.customerId);
}

async function showSome() {
  let ids = [];
  try {
    ids = await find('', 24);
  } catch (away) {
    console.warn(away);
  }
  byId('some-heading').hidden = ids.length === 0;
  byId('none').hidden = ids.length > 0;
  byId('some').replaceChildren(...ids.map((id) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = `/customers/${encodeURIComponent(id)}`;
    link.textContent = id;
    item.append(link);
    return item;
  }));
  if (ids.length === 0 && customerId === '') setTimeout(() => customerId === '' && showSome(), 2000);
}

/* The search: a combobox with a list of ids that begin with what is typed. */
let typed = 0;
let selected = -1;

function closeMatches() {
  typed++;
  byId('matches').hidden = true;
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
  const ids = await find(query, 8).catch(() => []);
  if (mine !== typed) return;
  selected = -1;
  const items = ids.map((id, index) => {
    const item = document.createElement('li');
    item.id = `match-${index}`;
    item.setAttribute('role', 'option');
    item.setAttribute('aria-selected', 'false');
    item.textContent = id;
    item.addEventListener('mousedown', (event) => { event.preventDefault(); open(id); });
    return item;
  });
  if (items.length === 0) {
    const nothing = document.createElement('li');
    nothing.className = 'nothing';
    nothing.textContent = `No customer id begins with “${query}”`;
    items.push(nothing);
  }
  byId('matches').replaceChildren(...items);
  byId('matches').hidden = false;
  byId('query').setAttribute('aria-expanded', 'true');
}

function select(index) {
  const items = [...byId('matches').querySelectorAll('[role="option"]')];
  if (items.length === 0) return;
  selected = (index + items.length) % items.length;
  items.forEach((item, position) => item.setAttribute('aria-selected', String(position === selected)));
  byId('query').setAttribute('aria-activedescendant', items[selected].id);
  items[selected].scrollIntoView({ block: 'nearest' });
}

byId('query').addEventListener('input', showMatches);
byId('query').addEventListener('blur', closeMatches);
byId('query').addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown') { event.preventDefault(); select(selected + 1); }
  if (event.key === 'ArrowUp') { event.preventDefault(); select(selected - 1); }
  if (event.key === 'Escape') closeMatches();
});
byId('search').addEventListener('submit', (event) => {
  event.preventDefault();
  const items = byId('matches').querySelectorAll('[role="option"]');
  const id = selected >= 0 ? items[selected].textContent : byId('query').value.trim();
  if (id) open(id);
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== byId('query')) {
    event.preventDefault();
    byId('query').focus();
  }
});
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="/"]');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.getAttribute('href'));
  route();
});
addEventListener('popstate', route);
setInterval(() => document.querySelectorAll('time[datetime]').forEach((time) => setTime(time, time.dateTime)), 10_000);
route();
