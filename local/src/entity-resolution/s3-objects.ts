import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { attempt } from './job-failure';

/** The URIs of the objects under a location that hold data. @param location `s3://bucket/prefix` */
export async function listObjects(location: string, s3: S3Client): Promise<string[]> {
  const { bucket, key: prefix } = parseUri(location.endsWith('/') ? location : `${location}/`);
  const keys = await attempt(`list the objects under ${location}`, async () => {
    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
      found.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    }
    return found;
  });
  // Hive and Spark leave folder markers and files such as _SUCCESS beside the data.
  return keys.filter((key) => !/(^|\/)([_.][^/]*)?$/.test(key)).map((key) => `s3://${bucket}/${key}`);
}

/** Writes an object into a file, streaming. */
export async function download(uri: string, file: string, s3: S3Client, signal: AbortSignal): Promise<void> {
  const { bucket, key } = parseUri(uri);
  await attempt(`read the object ${uri}`, async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    await pipeline(Body as Readable, createWriteStream(file), { signal });
  });
}

/** Writes a file into an object, streaming. @param kmsKeyArn encrypts the object; @default - the bucket's default encryption */
export async function upload(file: string, uri: string, kmsKeyArn: string | undefined, s3: S3Client, signal: AbortSignal): Promise<void> {
  const { bucket, key } = parseUri(uri);
  await attempt(`write the object ${uri}`, async () => {
    const { size } = await stat(file);
    await s3.send(new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: createReadStream(file),
      ContentLength: size,
      ContentType: 'text/csv',
      ...kmsKeyArn !== undefined && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn },
    }), { abortSignal: signal });
  });
}

function parseUri(uri: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri)!;
  return { bucket, key };
}
