import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CompletedPart, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, NoSuchKey, paginateListObjectsV2, PutObjectCommand,
  S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { attempt } from './job-failure';
import { Behaviour } from '../rest-json/fault-plan';

const PART_BYTES = 64 * 2 ** 20;

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

/** Where a job writes, and how. */
export interface Upload {
  readonly s3: S3Client;
  /** Encrypts the object. @default - the bucket's default encryption */
  readonly kmsKeyArn?: string;
  readonly signal: AbortSignal;
  readonly behaviour: Required<Behaviour>;
}

/** Writes a file into an object, streaming. */
export async function upload(file: string, uri: string, { s3, kmsKeyArn, signal, behaviour }: Upload): Promise<void> {
  const { bucket, key } = parseUri(uri);
  const object = { Bucket: bucket, Key: key };
  const kind = { ContentType: 'text/csv', ...kmsKeyArn !== undefined && { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyArn } };
  await attempt(`write the object ${uri}`, async () => {
    const { size } = await stat(file);
    if (behaviour.outputUpload === 'WHOLE') {
      await s3.send(new PutObjectCommand({ ...object, ...kind, Body: createReadStream(file), ContentLength: size }), { abortSignal: signal });
      return;
    }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...object, ...kind }), { abortSignal: signal });
    const parts: CompletedPart[] = [];
    for (let start = 0; start === 0 || start < size; start += PART_BYTES) {
      const end = Math.min(start + PART_BYTES, size);
      const PartNumber = parts.length + 1;
      const { ETag } = await s3.send(new UploadPartCommand({
        ...object, UploadId, PartNumber, Body: createReadStream(file, { start, end: end - 1 }), ContentLength: end - start,
      }), { abortSignal: signal });
      parts.push({ ETag, PartNumber });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts: parts } }), { abortSignal: signal });
  });
}

/** Asks for the objects that Hadoop takes for a folder. That there is none is as good; that the role may not ask is not. @param location `s3://bucket/prefix` */
export async function lookForFolderMarkers(location: string, s3: S3Client): Promise<void> {
  const { bucket, key } = parseUri(location.replace(/\/+$/, ''));
  for (const Key of key ? [key, `${key}_$folder$`] : []) {
    await attempt(`read the object s3://${bucket}/${Key}`, async () => {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
        (Body as Readable).destroy();
      } catch (error) {
        if (!(error instanceof NoSuchKey)) {
          throw error;
        }
      }
    });
  }
}

function parseUri(uri: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri)!;
  return { bucket, key };
}
