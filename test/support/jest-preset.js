// What every jest project of package.json shares.
module.exports = {
  testEnvironment: 'node',
  // dist holds compiled copies of the sources; without this jest sees each module twice.
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', decorators: false }, target: 'es2022', keepClassNames: true },
        module: { type: 'commonjs', ignoreDynamic: true },
        sourceMaps: 'inline',
      },
    ],
  },
};
