/** Describes a field of the form of a job, made from a property of its schema. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  /** `json` is for what has no field of its own, such as a list: it is written as JSON. */
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json';
  readonly required: boolean;
  readonly hint?: string;
  /** The default, as it is written in the field. */
  readonly value?: string;
  /** The values of a choice, as JSON. */
  readonly choices?: readonly string[];
}

/** Describes the form of a job. */
export interface JobForm {
  readonly queue: string;
  readonly name: string;
  /** The fields of its payload; absent where no schema says which there are. */
  readonly fields?: readonly FormField[];
  /** The payload to begin with, as JSON. */
  readonly example: string;
}

/** Holds the data of the page that enqueues a job. */
export interface EnqueueData {
  /** The jobs this process knows, by queue. */
  readonly jobs: readonly { readonly queue: string; readonly names: readonly string[] }[];
  /** The form of the chosen job. */
  readonly form?: JobForm;
}
