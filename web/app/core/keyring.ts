/**
 * Idempotency keys: the same request sent again, after a timeout for example, carries the same key, so that it is done
 * once; as soon as anything in the request differs, a new one.
 */
export function keyring(make: () => string = () => crypto.randomUUID()): (request: unknown) => string {
  let last = "";
  let key = "";
  return (request) => {
    const text = JSON.stringify(request);
    if (text !== last || key === "") {
      last = text;
      key = make();
    }
    return key;
  };
}
