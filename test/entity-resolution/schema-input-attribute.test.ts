import { SchemaInputAttribute, SchemaInputAttributeOptions } from '../../src';

type Factory = (fieldName: string, options?: SchemaInputAttributeOptions) => SchemaInputAttribute;

const FACTORIES: [string, Factory][] = [
  ['NAME', SchemaInputAttribute.nameFull],
  ['NAME_FIRST', SchemaInputAttribute.nameFirst],
  ['NAME_MIDDLE', SchemaInputAttribute.nameMiddle],
  ['NAME_LAST', SchemaInputAttribute.nameLast],
  ['ADDRESS', SchemaInputAttribute.addressFull],
  ['ADDRESS_STREET1', SchemaInputAttribute.addressStreet1],
  ['ADDRESS_STREET2', SchemaInputAttribute.addressStreet2],
  ['ADDRESS_STREET3', SchemaInputAttribute.addressStreet3],
  ['ADDRESS_CITY', SchemaInputAttribute.addressCity],
  ['ADDRESS_STATE', SchemaInputAttribute.addressState],
  ['ADDRESS_COUNTRY', SchemaInputAttribute.addressCountry],
  ['ADDRESS_POSTALCODE', SchemaInputAttribute.addressPostalCode],
  ['PHONE', SchemaInputAttribute.phoneFull],
  ['PHONE_NUMBER', SchemaInputAttribute.phoneNumber],
  ['PHONE_COUNTRYCODE', SchemaInputAttribute.phoneCountryCode],
  ['EMAIL_ADDRESS', SchemaInputAttribute.emailAddress],
  ['DATE', SchemaInputAttribute.date],
  ['STRING', SchemaInputAttribute.string],
  ['PROVIDER_ID', SchemaInputAttribute.providerId],
];

test.each(FACTORIES)('a column of type %s stands for itself unless told otherwise', (type, factory) => {
  const { matchKey, groupName, subType, ...attribute } = factory('column');

  expect(attribute).toEqual({ type, fieldName: 'column', hashed: false });
  expect([matchKey, groupName, subType]).toEqual([undefined, undefined, undefined]);
});

test.each(FACTORIES)('a column of type %s takes match key, group, sub-type and hashes', (type, factory) => {
  const options = { matchKey: 'key', groupName: 'group', subType: 'work', hashed: true };

  expect(factory('column', options)).toEqual(expect.objectContaining({ type, fieldName: 'column', ...options }));
});

test('the unique ID takes nothing but its column', () => {
  expect(SchemaInputAttribute.uniqueId('id')).toMatchObject({ type: 'UNIQUE_ID', fieldName: 'id' });
});
