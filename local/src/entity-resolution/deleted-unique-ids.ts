/** The unique ids that were deleted from the matching workflows of one account and Region: no job takes their records, for as long as the workflow is there. */
export class DeletedUniqueIds {
  private readonly deletions = new Map<string, { readonly uniqueId: string; readonly inputSource?: string }[]>();

  /** @param inputSource the ARN of the table that is meant; @default - all tables of the workflow */
  public add(workflowName: string, uniqueIds: readonly string[], inputSource?: string): void {
    this.deletions.set(workflowName, [...this.deletions.get(workflowName) ?? [], ...uniqueIds.map((uniqueId) => ({ uniqueId, inputSource }))]);
  }

  /** Those of one table of the workflow. */
  public of(workflowName: string, tableArn: string): string[] {
    const own = (this.deletions.get(workflowName) ?? []).filter(({ inputSource }) => inputSource === undefined || inputSource === tableArn);
    return [...new Set(own.map(({ uniqueId }) => uniqueId))];
  }

  /** Forgets those of a workflow. */
  public forget(workflowName: string): void {
    this.deletions.delete(workflowName);
  }
}
