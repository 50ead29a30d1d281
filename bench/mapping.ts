import { IdMapping } from 'id-mapping-rehearsal';

/** The mapping that all contenders make. */
export function benchMapping(source: string, target: string): IdMapping {
  const dataSet = (name: string, file: string) => ({
    name,
    files: [file],
    separator: ',',
    fields: [
      { fieldName: 'id', type: 'UNIQUE_ID' },
      { fieldName: 'email', type: 'EMAIL_ADDRESS', matchKey: 'email' },
      { fieldName: 'phone', type: 'PHONE', matchKey: 'phone' },
      { fieldName: 'first_name', type: 'NAME', matchKey: 'first name' },
      { fieldName: 'last_name', type: 'NAME', matchKey: 'last name' },
      { fieldName: 'birth', type: 'DATE', matchKey: 'birth' },
    ],
  });
  return {
    sources: [dataSet('source', source)],
    targets: [dataSet('target', target)],
    rules: [
      { ruleName: 'e-mail', matchingKeys: ['email'] },
      { ruleName: 'phone + last name', matchingKeys: ['phone', 'last name'] },
      { ruleName: 'full name + date of birth', matchingKeys: ['first name', 'last name', 'birth'] },
    ],
    attributeMatchingModel: 'ONE_TO_ONE',
    recordMatchingModel: 'MANY_SOURCE_TO_ONE_TARGET',
  };
}
