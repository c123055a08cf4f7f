import fc from 'fast-check';
import { canonicalJson, chainedHash, genesisHash } from '../../../src/persistence/canonical-json';

describe('canonicalJson', () => {
  it('orders keys at every depth, keeps arrays, drops undefined', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: { z: null, y: 'x' } })).toBe(
      '{"a":{"y":"x","z":null},"b":[{"d":1}]}',
    );
  });

  it('spells any JSON value so that reading and spelling again gives the same text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('chains SHA-256 over the text of the hash before and the payload', () => {
    expect(genesisHash('A/1')).toBe('a5b3d27a72bcfbb32966f423463d0d09925355e7e8153363c2054dadcd9db118');
    expect(chainedHash(genesisHash('A/1'), '{}')).toBe(
      'b819bb67506f31b17fafd466d3d19d4584be3435039028db34e0ff8af36635e8',
    );
  });
});
