import * as er from 'aws-cdk-lib/aws-entityresolution';

/**
 * What a column of an input table means to Entity Resolution, beside its type.
 *
 * @see https://docs.aws.amazon.com/entityresolution/latest/apireference/API_SchemaInputAttribute.html
 */
export interface SchemaInputAttributeOptions {
  /**
   * The key under which rules compare this column: 1 to 255 letters, digits, hyphens, underscores or spaces.
   *
   * Columns that share a match key are alternatives: a work e-mail and a private e-mail, both under `email`.
   *
   * @default - the column can't be compared by a rule
   */
  readonly matchKey?: string;

  /**
   * The group whose columns are joined to one value before they are compared, such as the first and the last name.
   *
   * Entity Resolution normalizes names, addresses and phone numbers only in groups.
   *
   * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/glossary.html
   * @default - the column stands for itself
   */
  readonly groupName?: string;

  /**
   * A finer type: 1 to 255 letters, digits, hyphens, underscores or spaces. Columns of different sub-types are not compared
   * when the attribute matching model is `ONE_TO_ONE`.
   *
   * @default - no sub-type
   */
  readonly subType?: string;

  /**
   * Whether the values are hashes. Entity Resolution only trims hashed values, it does not normalize them.
   *
   * @default false
   */
  readonly hashed?: boolean;
}

/**
 * One column of an input table and what it means: a field of a schema mapping.
 *
 * There is one factory for each attribute type that CloudFormation knows:
 * `SchemaInputAttribute.uniqueId('customer_id')`, `SchemaInputAttribute.emailAddress('email', { matchKey: 'email' })`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-entityresolution-schemamapping-schemainputattribute.html
 */
export class SchemaInputAttribute {
  /** The column that identifies a record: at most 257 letters, digits, hyphens and underscores, unique in its table. */
  public static uniqueId(fieldName: string): SchemaInputAttribute {
    return new SchemaInputAttribute('UNIQUE_ID', fieldName, {});
  }

  /**
   * The column `DELETE`: where it says `true`, an incremental job removes the record from the mapping.
   *
   * @see https://docs.aws.amazon.com/entityresolution/latest/userguide/prepare-input-data.html
   */
  public static deleteColumn(): SchemaInputAttribute {
    return new SchemaInputAttribute('STRING', 'DELETE', {});
  }

  /** A full name. */
  public static nameFull(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('NAME', fieldName, options);
  }

  /** A first name. */
  public static nameFirst(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('NAME_FIRST', fieldName, options);
  }

  /** A middle name. */
  public static nameMiddle(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('NAME_MIDDLE', fieldName, options);
  }

  /** A last name. */
  public static nameLast(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('NAME_LAST', fieldName, options);
  }

  /** A full postal address. */
  public static addressFull(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS', fieldName, options);
  }

  /** The first street line of an address. */
  public static addressStreet1(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS_STREET1', fieldName, options);
  }

  /** The second street line of an address. */
  public static addressStreet2(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS_STREET2', fieldName, options);
  }

  /** The third street line of an address. */
  public static addressStreet3(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS_STREET3', fieldName, options);
  }

  /** The city of an address. */
  public static addressCity(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS_CITY', fieldName, options);
  }

  /** The state or province of an address. */
  public static addressState(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS_STATE', fieldName, options);
  }

  /** The country of an address. */
  public static addressCountry(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS_COUNTRY', fieldName, options);
  }

  /** The postal code of an address. */
  public static addressPostalCode(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('ADDRESS_POSTALCODE', fieldName, options);
  }

  /** A full phone number, country code included. */
  public static phoneFull(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('PHONE', fieldName, options);
  }

  /** A phone number without its country code. */
  public static phoneNumber(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('PHONE_NUMBER', fieldName, options);
  }

  /** The country code of a phone number. */
  public static phoneCountryCode(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('PHONE_COUNTRYCODE', fieldName, options);
  }

  /** An e-mail address. */
  public static emailAddress(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('EMAIL_ADDRESS', fieldName, options);
  }

  /** A date, compared as it is written: Entity Resolution does not normalize dates. */
  public static date(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('DATE', fieldName, options);
  }

  /** Any other text, compared as it is written. */
  public static string(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('STRING', fieldName, options);
  }

  /** An ID that a provider service knows the person by. */
  public static providerId(fieldName: string, options: SchemaInputAttributeOptions = {}): SchemaInputAttribute {
    return new SchemaInputAttribute('PROVIDER_ID', fieldName, options);
  }

  /** The attribute type, in the service's own spelling: `EMAIL_ADDRESS`, for example. */
  public readonly type: string;

  /** The name of the column. */
  public readonly fieldName: string;

  /** The key under which rules compare the column, if they can. */
  public readonly matchKey?: string;

  /** The group whose columns are joined to one value, if the column is in one. */
  public readonly groupName?: string;

  /** The finer type, if the column has one. */
  public readonly subType?: string;

  /** Whether the values are hashes. */
  public readonly hashed: boolean;

  private constructor(type: string, fieldName: string, options: SchemaInputAttributeOptions) {
    this.type = type;
    this.fieldName = fieldName;
    this.matchKey = options.matchKey;
    this.groupName = options.groupName;
    this.subType = options.subType;
    this.hashed = options.hashed ?? false;
  }

  /** @internal */
  public _render(): er.CfnSchemaMapping.SchemaInputAttributeProperty {
    return {
      fieldName: this.fieldName,
      type: this.type,
      matchKey: this.matchKey,
      groupName: this.groupName,
      subType: this.subType,
      hashed: this.hashed || undefined,
    };
  }
}
