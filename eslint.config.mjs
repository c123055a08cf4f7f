// The rule book for code. Each rule that is ours carries its reason; `test/tidy/rules.test.ts` proves that each one bites.
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

// A later `no-restricted-syntax` replaces an earlier one, so the lists are built here and spread where they apply.
const syncValidators = [
  'CallExpression[callee.name="setHandler"]',
  'CallExpression[callee.property.name="setHandler"]',
].map((call) => ({
  selector: `${call} Property[key.name="validator"][value.async=true]`,
  message: 'Update validators run synchronously; an async validator refuses nothing.',
}));
const moneyHasOneHome = [
  {
    selector: 'NewExpression[callee.name="Decimal"]',
    message: 'Only src/domain/money.ts makes a Decimal: precision and rounding are decided there.',
  },
  {
    selector: 'ImportDeclaration[source.value="decimal.js"][importKind!="type"]',
    message: 'Only src/domain/money.ts imports decimal.js: precision and rounding are decided there.',
  },
];
const domainTakesTimeAndChance = [
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'The domain takes the time as an argument.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'The domain takes the time as an argument.',
  },
  { selector: 'CallExpression[callee.name="Date"]', message: 'The domain takes the time as an argument.' },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'The domain takes chance as an argument.',
  },
];
const domainHasNoFloats = [
  {
    selector: ':matches(CallExpression, NewExpression)[callee.name=/^(parseFloat|Number)$/]',
    message: 'Money is decimal; a binary float loses cents.',
  },
  {
    selector: 'MemberExpression[object.name="Number"][property.name="parseFloat"]',
    message: 'Money is decimal; a binary float loses cents.',
  },
  {
    selector: 'CallExpression[callee.property.name="toNumber"]',
    message: 'Money is decimal; a binary float loses cents.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.oms/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A new member of a union must not fall silently into a default.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false, requireDefaultForNonUnion: true },
      ],
      // The import table (.dependency-cruiser.cjs) tells types from values by the word `type`.
      '@typescript-eslint/consistent-type-imports': 'error',
      // Numbers and booleans print the same everywhere; objects do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Activities, stores and fakes implement async interfaces with bodies that may have nothing to await.
      '@typescript-eslint/require-await': 'off',
      // `while (true)` is how a loop that ends by return is written.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // An underscore says "on purpose": what is taken out of an object to leave the rest.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...syncValidators, ...moneyHasOneHome],
    },
  },
  {
    // Code that runs inside Temporal's workflow sandbox, now or by import.
    files: ['workflows/**/*.ts', 'src/domain/**/*.ts', 'src/contracts/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch', 'crypto'],
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^node:', message: 'Sandboxed code: no Node built-ins.' }] },
      ],
    },
  },
  {
    files: ['src/domain/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...syncValidators,
        ...moneyHasOneHome,
        ...domainTakesTimeAndChance,
        ...domainHasNoFloats,
      ],
    },
  },
  {
    files: ['src/domain/money.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...domainTakesTimeAndChance, ...domainHasNoFloats],
    },
  },
  {
    // These talk to a person on a terminal.
    files: ['scripts/**/*.ts', 'src/cli/**/*.ts', 'workers/main.ts', 'test/support/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/no-focused-tests': 'error',
      'jest/no-conditional-expect': 'error',
      'jest/no-disabled-tests': 'error',
      // Properties and named assertions are expectations too.
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect', 'expect*', 'assert*', 'fc.assert', 'eventually*'] },
      ],
      // A suite's describe() holds its tests; its length says nothing about the code.
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    rules: { 'max-lines': ['error', { max: 400 }] },
  },
);
