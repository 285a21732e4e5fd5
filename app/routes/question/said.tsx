interface SaidProps {
  text: string;
  /** What the addresses of links begin with: only those can be gone to, wherever others may lead. */
  linksBegin: string;
}

const TOKEN = /^[\w-]{43}(?![\w-])/;

/** What was said; links to what was shared can be followed. */
export function Said({ text, linksBegin }: SaidProps) {
  const [before = '', ...others] = text.split(linksBegin);
  return (
    <p className="break-anywhere mt-2 whitespace-pre-line">
      {before}
      {others.map((rest, i) => {
        const [token] = TOKEN.exec(rest) ?? [];
        const key = `${i} ${rest}`;
        if (token === undefined) return <span key={key}>{`${linksBegin}${rest}`}</span>;
        return (
          <span key={key}>
            <a className="text-link" href={`${linksBegin}${token}`}>
              {`${linksBegin}${token}`}
            </a>
            {rest.slice(token.length)}
          </span>
        );
      })}
    </p>
  );
}
