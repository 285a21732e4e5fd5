import type { z } from 'zod';

/** The answers of an endpoint that are no problems, by status. */
export type AnswersByStatus = Record<number, { description: string; schema?: z.ZodType }>;

/** `remember` is the body a repetition with the same `Idempotency-Key` gets, where it must differ (secrets). */
export interface Reply {
  status: number;
  body?: unknown;
  remember?: unknown;
}

/** Literals in a handler's reply are taken as such, and their lists with them. */
type Unchanging<Body> = Body extends readonly (infer Item)[]
  ? readonly Unchanging<Item>[]
  : Body extends object
    ? { readonly [Key in keyof Body]: Unchanging<Body[Key]> }
    : Body;

/** A reply that says what the document says of its status. */
export type DocumentedReply<Answers extends AnswersByStatus> = {
  [Status in keyof Answers & number]: Answers[Status] extends { schema: infer Schema extends z.ZodType }
    ? { status: Status; body: Unchanging<z.input<Schema>>; remember?: Unchanging<z.input<Schema>> }
    : { status: Status; body?: undefined };
}[keyof Answers & number];

type KeyOfAny<Doc> = Doc extends Doc ? keyof Doc : never;
type FieldOf<Doc, Key> = Doc extends { [K in Key & PropertyKey]?: infer Field } ? Field : never;

/** The names of fields of a body, at any depth, that its schema does not tell of: `never` where all are told. */
type Untold<Given, Doc> = Given extends readonly (infer Item)[]
  ? Untold<Item, Doc extends readonly (infer Told)[] ? Told : never>
  : Given extends object
    ? string extends KeyOfAny<Doc>
      ? never
      :
          | Exclude<keyof Given, KeyOfAny<Doc>>
          | {
              [Key in keyof Given]-?: Key extends KeyOfAny<Doc>
                ? Untold<Given[Key], NonNullable<FieldOf<Doc, Key>>>
                : never;
            }[keyof Given]
    : never;

/** An answer tells nothing that the document does not tell of its status. */
export type WithoutUntold<Given extends Reply, Documented extends Reply> = [
  | Untold<Given['body'], Extract<Documented, { status: Given['status'] }>['body']>
  | Untold<Given['remember'], Extract<Documented, { status: Given['status'] }>['remember']>,
] extends [never]
  ? unknown
  : { untold: Untold<Given['body'] | Given['remember'], Extract<Documented, { status: Given['status'] }>['body']> };
