interface FirstEventProps {
  origin: string;
  /** `null` when no meter exists; else the month without usage. */
  month: string | null;
}

/** An account without usage: says so, and how to send a first event. */
export function FirstEvent({ origin, month }: FirstEventProps) {
  return (
    <section className="card flex flex-col gap-3" aria-labelledby="first-event">
      <h2 id="first-event" className="text-lead">
        {month === null ? 'Nothing is metered yet' : `No usage in ${month} yet`}
      </h2>
      <p className="max-w-150 text-ink-2">
        {month === null
          ? 'No meter exists, so no event can become a quantity. Whoever operates Plainbill creates meters; events sent before then are kept and counted afterwards.'
          : 'No event of this month has reached Plainbill. That is not a zero: nothing was metered.'}
      </p>
      <p className="max-w-150 text-ink-2">
        To send a first event, take an API key with the role <code className="font-mono text-fine">ingest</code> and a{' '}
        <code className="font-mono text-fine">type</code> that a meter counts (
        <code className="font-mono text-fine">GET /api/v1/meters</code> lists them):
      </p>
      <pre className="code">{exampleOf(origin)}</pre>
      <p className="text-fine text-ink-3">
        The answer 204 means that the event is stored for good. It shows here about a second later.
      </p>
    </section>
  );
}

function exampleOf(origin: string): string {
  return [
    `curl -i ${origin}/api/v1/events \\`,
    "  -H 'Authorization: Bearer YOUR_INGEST_KEY' \\",
    "  -H 'Content-Type: application/cloudevents+json' \\",
    `  -d '{"specversion": "1.0", "id": "first-1", "source": "/terminal",`,
    `       "type": "inference.completed", "subject": "my-app",`,
    `       "data": {"app": "my-app", "model": "chat-small",`,
    `                "contextTokens": 374, "generatedTokens": 44}}'`,
  ].join('\n');
}
