// The table of principals.
for (const r of data.rows) {
  r.carries = r.attached ? data.boundaries[r.attached].name : '';
  r.says = finds(r);
}

// finds describes in a few words what was found for a principal.
function finds(r) {
  if (r.state === 'outside') return (data.drifts[r.drift] || r.drift) + (r.witness ? ': can ' + r.witness.action : '');
  if (r.cut) return 'boundary takes away ' + plural(r.cut.length, 'service', 'services');
  return r.state === 'inside' ? '' : r.reason || '';
}

const nouns = ['principal', 'principals'];
const columns = [
  { title: 'Verdict', key: (r) => r.at },
  { title: 'Principal', key: (r) => (r.name + r.path).toLowerCase() },
  { title: 'Account', key: (r) => r.account, css: 'wide-only roomy' },
  { title: 'Rule', key: (r) => r.rule || '', css: 'wide-only' },
  { title: 'Carries', key: (r) => r.carries, css: 'wide-only roomy' },
  { title: 'Found', key: (r) => (r.drift || '') + r.says, css: 'wide-only' },
];
const filterNames = ['search', 'state', 'severity', 'rule', 'account', 'boundary'];
const haystack = (r) => [
  r.arn, r.id, r.rule, r.carries, r.required, r.says, r.reason, r.state, r.severity,
  r.witness && r.witness.action + ' ' + r.witness.resource, (r.policies || []).join(' '), (r.cut || []).map((c) => c.service).join(' '),
];
const passes = (r, f) => is(r.state, f.state) && is(r.severity, f.severity) && is(r.rule, f.rule) && is(r.account, f.account) && is(r.carries, f.boundary);

const cells = (r, name) => [
  r.severity ? badge('c-' + r.severity, r.severity) : badge('c-' + r.state, data.states[r.state] || r.state),
  [name, el('span', { class: 'meta' }, r.kind + ' ' + r.path), el('span', { class: 'meta narrow-only' }, r.says)],
  r.account, r.rule || '–',
  r.attached ? r.carries : el('span', { class: 'quietly' }, 'none'),
  r.says,
];

// The printed page has the principals that are not inside, with the reason and repair of those outside.
const onPaper = (r) => ['outside', 'unknown', 'uncovered'].includes(r.state);
const paperWords = ['principals that match the filters', 'principals that are outside, unknown or covered by no rule'];
const paperMore = (r) => r.state === 'outside' && [r.reason, r.repair ? el('div', null, el('code', null, r.repair)) : ''];

// detail shows the details of a principal below its row.
function detail(r) {
  return factsOf((fact) => {
    fact('Verdict', r.reason);
    fact('Can do outside its boundary', asked(r.witness));
    fact('In these services', r.state === 'outside' && r.services ? r.services.map(service).join(', ') : null);
    fact('No longer denied', asked(r.undenied));
    fact('Denied in addition', asked(r.alsoDenied));
    fact('The repair would allow', asked(r.givesUp));
    fact('Outside since', r.since ? moment(r.since) : null);
    fact('Repair', r.repair ? repair(r.repair) : null);
    fact('Enforcement would', r.action === 'none' ? null : r.action);
    fact('Carries', boundaryLink(r.attached) || 'no boundary');
    fact('Must carry', boundaryLink(r.required), r.relation ? ' (what it carries is ' + r.relation + (r.denials ? '; denies explicitly: ' + r.denials : '') + ')' : null);
    fact('Granted, but not allowed by the boundary', cuts(r));
    fact('Recorded calls that the required boundary would have denied', calls(r));
    fact('Identity policies', list(r.policies));
    fact('Can assume without a boundary', reaches(r));
    fact('Can assume under conditions', r.reachesIf ? [list(r.reachesIf), r.reachesIfAll > r.reachesIf.length ? el('p', { class: 'meta' }, 'and ' + number(r.reachesIfAll - r.reachesIf.length) + ' more') : null] : null);
    fact('Assumable roles not known', r.reachUnknown);
    fact('Rule', r.rule ? r.rule + (r.mode ? ', mode ' + r.mode : '') : 'none');
    fact('Account', r.account);
    fact('ARN', el('code', null, r.arn));
    fact('Unique ID', r.id ? el('code', null, r.id) : null, r.created ? ' created on ' + r.created : null);
  });
}

function boundaryLink(arn) {
  if (!arn) return null;
  const b = data.boundaries[arn];
  return [b.id ? el('a', { href: '#' + b.id }, arn) : el('code', null, arn), b.state === 'off' ? ' (this policy is not as approved)' : null];
}

// cuts lists the services in which identity policies grant requests that the boundary does not
// allow, most recently used first.
function cuts(r) {
  if (!r.cut) return r.cutUnknown ? 'not known: ' + r.cutUnknown : null;
  return [
    el('table', { class: 'plain' },
      el('thead', null, el('tr', null, ['Service', 'Last used', 'For example'].map((t) => el('th', { scope: 'col' }, t)))),
      el('tbody', null, r.cut.map((c) => el('tr', null,
        el('td', null, service(c.service)),
        el('td', { class: 'date' }, c.used ? day(c.used) : '–'),
        el('td', null, c.example ? c.example.action : ''))))),
    r.cutUnknown ? el('p', { class: 'meta' }, 'And possibly more: ' + r.cutUnknown) : null,
  ];
}

// calls lists recorded calls, those that are denied for certain first.
function calls(r) {
  if (!r.calls) return null;
  return [
    el('table', { class: 'plain' },
      el('thead', null, el('tr', null, ['Action', 'Calls', 'Last (UTC)', 'Why'].map((t) => el('th', { scope: 'col' }, t)))),
      el('tbody', null, r.calls.map((c) => el('tr', null,
        el('td', null, c.action), el('td', { class: 'n' }, number(c.count)), el('td', { class: 'date' }, c.last), el('td', null, c.why))))),
    r.callsAll > r.calls.length ? el('p', { class: 'meta' }, 'and ' + number(r.callsAll - r.calls.length) + ' more') : null,
  ];
}

function reaches(r) {
  if (!r.reaches) return null;
  const more = r.reachesAll - r.reaches.length;
  return [
    el('ul', { class: 'names' }, r.reaches.map((at) => el('li', null,
      el('button', { type: 'button', class: 'link', 'data-open': data.rows[at].arn }, data.rows[at].arn)))),
    more ? el('p', { class: 'meta' }, 'and ' + number(more) + ' more') : null,
  ];
}
