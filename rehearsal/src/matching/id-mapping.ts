import { AttributeMatchingModel } from './comparison';
import { DataSet } from './data-set';

/** Whether a target record may be mapped to several source records. */
export type RecordMatchingModel = 'ONE_SOURCE_TO_ONE_TARGET' | 'MANY_SOURCE_TO_ONE_TARGET';

/** Records match by a rule when all of its match keys match. */
export interface Rule {
  readonly ruleName: string;
  readonly matchingKeys: readonly string[];
}

/** What is mapped to what, and how, in the terms of AWS Entity Resolution. */
export interface IdMapping {
  readonly sources: readonly DataSet[];
  readonly targets: readonly DataSet[];
  /** A waterfall: a record that one rule has mapped is not looked at by the next. */
  readonly rules: readonly Rule[];
  readonly attributeMatchingModel: AttributeMatchingModel;
  readonly recordMatchingModel: RecordMatchingModel;
}

/** Numbers of records. */
export interface IdMappingCounts {
  /** Records read. */
  readonly input: number;
  /** Records left out for their unique id. */
  readonly rejected: number;
  /** Records marked for deletion by a field named DELETE. */
  readonly deleted: number;
  /** Pairs of a source and a target record; each source record is in one at most. */
  readonly mapped: number;
  /** Target records that are in a pair. */
  readonly mappedTargets: number;
}
