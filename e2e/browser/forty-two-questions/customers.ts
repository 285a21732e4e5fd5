// Customers of the demo: how each signs in, and the account whose bill is asked about.

export const ROBIN = ['robin@tern.example', 'tern'] as const;
export const INES = ['ines@orbit.example', 'orbit'] as const;
export const KIM = ['kim@kim.example', 'kim'] as const;
export const ADA = ['ada@acme.example', 'acme'] as const;
export const JANE = ['jane@jane.example', 'jane'] as const;
