// Writes small Parquet files by parquet-rs (npm install parquet-wasm@0.8.0 apache-arrow@21): node parquet-rs.mjs FOLDER
// Row i: id as below, features [i, -i, i / 2, 1] (NULL in every fifth row), label c<i % 3>.
import { mkdirSync, writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import * as parquet from 'parquet-wasm';

const rows = 60, bytes = i => Uint8Array.from([255, i, 0, 7]);
const ids = {
  text: [new arrow.Utf8(), i => `row ${i}`],
  int64: [new arrow.Int64(), i => BigInt(i * 7 - 3)],
  uint32: [new arrow.Uint32(), i => i + 4000000000],
  int8: [new arrow.Int8(), i => i - 30],
  bytes: [new arrow.FixedSizeBinary(4), bytes],
  time: [new arrow.TimestampMicrosecond(), i => 1700000000000 + i * 60000],
  date: [new arrow.DateDay(), i => 1700000000000 + i * 86400000],
};
const element = { float: new arrow.Float32(), double: new arrow.Float64(), int16: new arrow.Int16(), half: new arrow.Float16() };
const compressions = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4_RAW'];
const encodings = ['PLAIN', 'DICTIONARY', 'DELTA_BINARY_PACKED', 'DELTA_BYTE_ARRAY', 'BYTE_STREAM_SPLIT'];

mkdirSync(process.argv[2], { recursive: true });
let n = 0;
for (const [name, [type, value]] of Object.entries(ids)) {
  for (const [kind, number] of Object.entries(element)) {
    if ((n++ + Object.keys(ids).indexOf(name)) % 2) continue; // Half of them: every pair of kinds next to each other is there once.
    const compression = compressions[n % compressions.length], encoding = encodings[n % encodings.length];
    const list = kind === 'int16' ? new arrow.List(new arrow.Field('item', number, true)) : n % 3 ? new arrow.List(new arrow.Field('item', number, true)) : new arrow.FixedSizeList(4, new arrow.Field('item', number, true));
    const vector = i => i % 5 === 4 ? null : [i, -i, kind === 'int16' ? 0 : i / 2, 1];
    const table = new arrow.Table({
      id: arrow.vectorFromArray([...Array(rows).keys()].map(value), type),
      features: arrow.vectorFromArray([...Array(rows).keys()].map(vector), list),
      label: arrow.vectorFromArray([...Array(rows).keys()].map(i => `c${i % 3}`), new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
    });
    let writer = new parquet.WriterPropertiesBuilder().setCompression(parquet.Compression[compression]).setMaxRowGroupSize(25).setWriterVersion(n % 2);
    writer = encoding === 'DICTIONARY' ? writer.setDictionaryEnabled(true) : writer.setDictionaryEnabled(false);
    const isInteger = ['int64', 'uint32', 'time', 'date', 'int8'].includes(name);
    if (encoding === 'DELTA_BINARY_PACKED' && isInteger || encoding === 'DELTA_BYTE_ARRAY' && (name === 'text' || name === 'bytes'))
      writer = writer.setColumnEncoding('id', parquet.Encoding[encoding]);
    if (encoding === 'BYTE_STREAM_SPLIT' && (kind === 'float' || kind === 'double')) writer = writer.setColumnEncoding('features.list.item', parquet.Encoding[encoding]);
    try {
      const out = parquet.writeParquet(parquet.Table.fromIPCStream(arrow.tableToIPC(table, 'stream')), writer.build());
      writeFileSync(`${process.argv[2]}/${name}-${kind}-${encoding.toLowerCase()}-${compression.toLowerCase()}.parquet`, out);
    } catch (e) { console.log(name, kind, encoding, compression, String(e)); }
  }
}
