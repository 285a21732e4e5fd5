/**
 * Currencies by ISO 4217 (list one as of 2026-01-01), as data: what the standard says must not depend on the runtime,
 * whose own tables round some currencies to cash (HUF, IDR, COP) and differ from version to version.
 */

/** Codes by the decimals of their minor unit. */
const BY_DECIMALS: readonly [decimals: number, codes: string][] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
     COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
     INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
     MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
     STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

/** Metals, units of account and test codes: the standard gives them no minor unit. */
const WITHOUT_MINOR_UNIT = codesOf('XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX');

/** Withdrawn since 1999, with what came in their place. */
const SUCCESSORS: ReadonlyMap<string, string> = new Map(
  [
    ['EUR', 'ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK'],
    ['AFN', 'AFA'],
    ['AOA', 'AOR'],
    ['AZN', 'AZM'],
    ['BYN', 'BYB BYR'],
    ['CUP', 'CUC'],
    ['GHS', 'GHC'],
    ['MGA', 'MGF'],
    ['MRU', 'MRO'],
    ['MZN', 'MZM'],
    ['RON', 'ROL'],
    ['RSD', 'CSD'],
    ['SDG', 'SDD'],
    ['SLE', 'SLL'],
    ['SRD', 'SRG'],
    ['STN', 'STD'],
    ['TMT', 'TMM'],
    ['TRY', 'TRL'],
    ['USD', 'ECS TPE USS'],
    ['VES', 'VEB VEF'],
    ['XCG', 'ANG'],
    ['ZMW', 'ZMK'],
    ['ZWG', 'ZWD ZWL ZWN ZWR'],
  ].flatMap(([successor = '', codes = '']) => codesOf(codes).map((code): [string, string] => [code, successor])),
);

/** Accounts kept in a code the list no longer has go on with hundredths, the finest any of those codes had. */
const DECIMALS_OF_OTHERS = 2;

const DECIMALS: ReadonlyMap<string, number> = new Map(
  BY_DECIMALS.flatMap(([decimals, codes]) => codesOf(codes).map((code): [string, number] => [code, decimals])),
);

/** Decimals of the currency's minor unit by ISO 4217: 2 for USD and HUF, 0 for JPY, 3 for KWD. */
export function minorUnitOf(currency: string): number {
  return DECIMALS.get(currency) ?? DECIMALS_OF_OTHERS;
}

/** Whether the text is or was an ISO 4217 code, so that it reads as money. */
export function isCurrencyCode(text: string): boolean {
  return DECIMALS.has(text) || WITHOUT_MINOR_UNIT.includes(text) || SUCCESSORS.has(text);
}

/** Why nothing can be billed in it, as a sentence; `null` when it can. */
export function whyNoCurrency(text: string): string | null {
  if (DECIMALS.has(text)) return null;
  if (WITHOUT_MINOR_UNIT.includes(text)) {
    return `${text} has no minor unit in ISO 4217, so no amount in it could be rounded; name a currency, for example USD.`;
  }
  const successor = SUCCESSORS.get(text);
  if (successor !== undefined) return `ISO 4217 has withdrawn ${text}; its place was taken by ${successor}.`;
  return 'Must be an ISO 4217 code in capitals, for example USD.';
}

/** All codes something can be billed in, with their decimals. */
export function currencies(): [code: string, decimals: number][] {
  return [...DECIMALS];
}

function codesOf(text: string): string[] {
  return text.split(/\s+/);
}
