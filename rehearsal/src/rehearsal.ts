import { RecordMatchingModel } from './matching/id-mapping';

/** What a rehearsal has found. Numbers are of records unless said otherwise; values are masked unless asked for. */
export interface Rehearsal {
  /** Of the ID mapping workflow. */
  readonly name: string;
  readonly recordMatchingModel: RecordMatchingModel;
  readonly inputs: readonly InputReport[];
  /** What may not be as it was meant in the files, with their paths. */
  readonly warnings: readonly string[];
  /** Source records that could be mapped: those that are neither rejected nor marked for deletion. */
  readonly sourceRecords: number;
  /** Source records in a pair; each is in one at most. */
  readonly mapped: number;
  /** `mapped` of `sourceRecords`, from 0 to 1. */
  readonly mappedShare: number;
  /** Target records in a pair. */
  readonly mappedTargets: number;
  /** Source records that more than one rule finds a target for. */
  readonly mappedBySeveralRules: number;
  readonly unmapped: number;
  readonly conflicts: Conflicts;
  readonly rules: readonly RuleReport[];
  /** Source records by the rules that find a target for them. */
  readonly overlaps: readonly Overlap[];
  readonly matchKeys: readonly MatchKeyReport[];
  readonly price: PriceEstimate;
  /** @default - no true pairs were given */
  readonly truth?: Truth;
  /** @default - no earlier report was given */
  readonly difference?: Difference;
  /** The file with all pairs, beside the report. @default - none was written */
  readonly pairsFile?: string;
}

export interface InputReport {
  readonly name: string;
  readonly side: 'SOURCE' | 'TARGET';
  readonly records: number;
  readonly rejected: readonly { readonly cause: string; readonly records: number }[];
  /** Marked for deletion. */
  readonly deleted: number;
}

/** What the record matching model has decided. */
export interface Conflicts {
  /** Source records that had several target records to choose from, by the rule that mapped them. */
  readonly severalTargets: number;
  /** Source records without a pair because others took their target records. */
  readonly targetTaken: number;
}

export interface RuleReport {
  readonly ruleName: string;
  readonly matchingKeys: readonly string[];
  /** Source records that the rule finds a target for, whatever the others do. */
  readonly alone: number;
  /** Source records that the rule has mapped, after those before it. */
  readonly mapped: number;
  readonly samples: readonly Sample[];
  readonly truth?: RuleTruth;
}

/** A pair with the values that made it, for each match key of its rule. */
export interface Sample {
  readonly sourceId: string;
  readonly targetId: string;
  readonly values: readonly { readonly matchKey: string; readonly source: string; readonly target: string }[];
}

export interface Overlap {
  readonly ruleNames: readonly string[];
  readonly records: number;
}

export interface MatchKeyReport {
  readonly matchKey: string;
  readonly coverage: readonly Coverage[];
  /** The values that most records share, if any do. */
  readonly repeatedValues: readonly RepeatedValue[];
}

/** The records of an input with regard to a match key. */
export interface Coverage {
  readonly input: string;
  readonly usable: number;
  /** With a value of which nothing is left when it is normalized. */
  readonly unusable: number;
  readonly missing: number;
}

export interface RepeatedValue {
  readonly value: string;
  readonly sourceRecords: number;
  readonly targetRecords: number;
}

export interface PriceEstimate {
  /** Records of all inputs. */
  readonly records: number;
  /** In USD. */
  readonly per1000: number;
  /** In USD. */
  readonly estimate: number;
  /** When the rehearsal was, as YYYY-MM-DD. */
  readonly date: string;
}

export interface Truth {
  /** True pairs that were given. */
  readonly pairs: number;
  readonly found: number;
  readonly precision: number;
  readonly recall: number;
}

export interface RuleTruth {
  /** Pairs of the rule that are true. */
  readonly found: number;
  /** `found` of the rule's pairs. */
  readonly precision: number;
  /** True pairs that the rule and those before it have found, of all. */
  readonly recall: number;
}

/** How the pairs differ from those of an earlier report. */
export interface Difference {
  readonly gained: Change;
  readonly lost: Change;
  /** Source records that are mapped to another target record. */
  readonly moved: Change;
}

export interface Change {
  readonly records: number;
  readonly examples: readonly ChangeExample[];
}

export interface ChangeExample {
  readonly sourceId: string;
  readonly before?: { readonly targetId: string; readonly ruleName: string };
  readonly after?: { readonly targetId: string; readonly ruleName: string };
}
