/** A name or value that DNS would not take; `field` says which: `name`, `ttl`, `type` or `values`. */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord';
  readonly field: 'name' | 'ttl' | 'type' | 'values';

  constructor(field: InvalidRecord['field'], message: string) {
    super(message);
    this.field = field;
  }
}
