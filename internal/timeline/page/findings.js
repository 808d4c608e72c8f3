// The table of findings.
for (const r of data.rows) r.says = (data.drifts[r.drift] || r.drift) + (r.witness ? ': could ' + r.witness.action : '');

const nouns = ['finding', 'findings'];
const columns = [
  { title: 'Severity', key: (r) => data.severities.indexOf(r.severity) },
  { title: 'Principal', key: (r) => (r.name + r.path).toLowerCase() },
  { title: 'Time (UTC)', key: (r) => r.time || '', css: 'wide-only' },
  { title: 'Certainty', key: (r) => r.certainty || '', css: 'wide-only roomy' },
  { title: 'Event', key: (r) => r.event || '', css: 'wide-only roomy' },
  { title: 'Found', key: (r) => r.says, css: 'wide-only' },
];
const filterNames = ['search', 'severity', 'certainty', 'drift', 'rule', 'account'];
const haystack = (r) => [
  r.arn, r.id, r.event, r.eventId, r.actor, r.rule, r.says, r.reason, r.severity, r.action, r.outcome,
  r.witness && r.witness.action + ' ' + r.witness.resource,
];
const passes = (r, f) => is(r.severity, f.severity) && is(r.drift, f.drift) && is(r.rule, f.rule) && is(r.account, f.account) &&
  (f.certainty === '(none)' ? !r.certainty : !f.certainty || (r.certainty || '').includes(f.certainty));

const cells = (r, name) => [
  badge('c-' + r.severity, r.severity),
  [name, el('span', { class: 'meta' }, r.kind + ' ' + r.path), el('span', { class: 'meta narrow-only' }, r.says)],
  (r.time || '').slice(0, 19).replace('T', ' '),
  r.certainty ? badge('c-unknown', r.certainty) : el('span', { class: 'quietly' }, 'certain'),
  r.event, r.says,
];

// On paper all are listed, and why.
const onPaper = () => true;
const paperWords = ['findings that pass the filters', 'findings'];
const paperMore = (r) => r.reason;

// What is known of one finding, below its row.
function detail(r) {
  return factsOf((fact) => {
    fact('Why', r.reason);
    fact('Could do, and must not', asked(r.witness));
    fact('In these services', r.services ? r.services.map(service).join(', ') : null);
    fact('Was no longer denied', asked(r.undenied));
    fact('Was denied in addition', asked(r.alsoDenied));
    fact('The repair gives it', asked(r.givesUp));
    fact('Unproven', r.unproven ? 'What is in force could not be compared with what is required.' : null);
    fact('Assumed', list(r.assumed));
    fact('Ringfence', [r.action, r.outcome].filter((s) => s && s !== 'none').join(': ') || 'changed nothing');
    fact('Ended', r.resolution || (r.status === 'open' ? 'still open at the end of the log' : null));
    fact('Call', r.event, r.time ? ', ' + moment(r.time) : null, r.eventId ? [', ', el('code', null, r.eventId)] : null);
    fact('Made by', r.actor ? el('code', null, r.actor) : null);
    fact('Carried', r.attached ? el('code', null, r.attached) : 'no boundary');
    fact('Must carry', r.required ? el('code', null, r.required) : null, r.relation ? ' (what it carried is ' + r.relation + (r.denials ? '; denies explicitly: ' + r.denials : '') + ')' : null);
    fact('Rule', r.rule ? r.rule + (r.mode ? ', mode ' + r.mode : '') : 'none');
    fact('ARN', el('code', null, r.arn));
    fact('Finding', r.id ? el('code', null, r.id) : null);
  });
}
