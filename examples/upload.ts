import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** Puts objects into a bucket, which is made if it is not there. */
export async function upload(bucket: string, objects: Record<string, string | Buffer>): Promise<void> {
  const s3 = new S3Client({});
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const [Key, Body] of Object.entries(objects)) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }
}
