using ParquetPool.Scorer.Cluster;
using ParquetPool.Scorer.JobFiles;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Scorer.Status;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.Fuzz;

/// <summary>All kinds of inputs that the programs read. Those of object stores and databases come by the network and are tried elsewhere.</summary>
internal static class Kinds
{
    private const string Round = "trainer round --task t --pool {s}/pool --labels {s}/labels/labels.csv --models {w}/models --network {s}/network.json --epochs 1 --epochs-per-round 1";
    private const string Select = "scorer select --scores {w}/scored --top 5 --strategy power --out {w}/selected";
    private const string Merge = "scorer merge --scores {w}/part --out {w}/merged";
    private const string Score = "scorer score --model {s}/models/t --pool {s}/pool --out {w}/scored --passes 4 --top 20";
    private const string Pictures = "trainer import --images {f} --image-size 8 --out {w}/pool";
    private const string Record = "models/t/round-0001/";

    private static readonly string[] OfAudit =
    [
        "scorer report --audit {w}/audited", "scorer judge --audit {w}/audited --judgements {s}/judgements.csv", "scorer purge --audit {w}/audited --out {w}/purged",
    ];

    public static readonly IReadOnlyList<Kind> All =
    [
        new("onnx", ["onnx/trained.onnx", "onnx/torch-mlp.onnx", "onnx/torch-cnn.onnx", "onnx/torch-gru.onnx"], [], "scorer inspect {f}"),
        new("onnx-weights", ["outside/model.onnx", "outside/weights.bin"], ["outside"], "scorer inspect {w}/outside/model.onnx"),
        new("onnx-start", ["onnx/trained.onnx"], [], "trainer train --task n --pool {s}/pool --label-column label --features features --from {f} --epochs 1 --models {w}/out"),
        new("onnx-foreign-start", ["onnx/torch-mlp.onnx"], [], "trainer train --task n --pool {s}/wide.parquet --label-column label --features features --from {f} --epochs 1 --models {w}/out"),
        new("package", [Record + "model.onnx"], ["models"], "scorer score --model {w}/models/t --pool {s}/pool --out {w}/out --passes 2 --on-bad-rows reject"),
        new("manifest", [Record + "manifest.json"], ["models"], "scorer inspect {w}/models/t", "scorer score --model {w}/models/t --pool {s}/pool --out {w}/out --passes 2"),
        new("state", [Record + "state.onnx", Record + "manifest.json"], ["models"], Round + " --force"),
        new("rounds", ["models/t/labels/rounds.json"], ["models"], Round),
        new("history", ["models/t/labels/history-000001.parquet"], ["models"], Round),
        new("round-labels", ["models/t/labels/labels.parquet", "models/t/labels/.parquetpool.sha256"], ["models"], Round),
        new("run", ["scored/run.json", "part/run.json"], ["scored", "part"], Select, Merge),
        new("shard-record", ["scored/scores/train-00000.json"], ["scored"], Score, Select),
        new("scores", ["scored/scores/train-00000.parquet", "part/scores/train-00000.parquet"], ["scored", "part"], Select, Merge),
        new("ranked", ["scored/ranked.csv", "scored/ranked.parquet", "query/selected.csv", "query/selected.parquet", "listed.csv"], [],
            "scorer tasks --rows {f} --pool {s}/pool --image 2x2 --classes a b c --out {w}/tasks", "scorer show --rows {f} --pool {s}/pool --scores {s}/scored --out {w}/look", "scorer select --scores {s}/scored --top 5 --strategy top --exclude {f} --out {w}/selected"),
        new("labels", [.. SeedTexts.All.Keys.Where(name => name.StartsWith("labels/", StringComparison.Ordinal)), "labels/labels.parquet"], [],
            "trainer round --task n --pool {s}/pool --labels {f} --models {w}/out --min-new-labels 1000000", "scorer audit --pool {s}/pool --labelled {f} --threshold 0.9 --out {w}/audited"),
        new("shards", ["pool/train-00000.parquet", "foreign/lists.parquet"], [],
            "scorer pack --pool {f} --out {w}/packed", "scorer score --model {s}/models/t --pool {f} --out {w}/out --passes 2 --on-bad-rows reject", "scorer audit --within {f} --threshold 0.9 --out {w}/audited"),
        new("nested-shards", ["foreign/nested.parquet"], [], "scorer audit --within {f} --column item.v --threshold 0.9 --out {w}/audited", "scorer find --like n1 --pool {f} --column item.v --out {w}/near.csv"),
        new("text-shards", ["hashed/train-00000.parquet"], [], "trainer pretrain --method lsa --task p --pool {f} --units 4 --models {w}/out", "scorer novel --pool {f} --labels {s}/labels/labels.csv --out {w}/novel"),
        new("tables", ["table/_delta_log/00000000000000000002.json", "table/_delta_log/00000000000000000001.checkpoint.parquet", "stream/_spark_metadata/0"], ["table", "stream"],
            "scorer audit --within {w}/table --threshold 0.9 --out {w}/rows", "scorer audit --within {w}/stream --threshold 0.9 --out {w}/streamed"),
        new("audit", ["audited/audit.json"], ["audited"], OfAudit),
        new("pairs", ["audited/pairs.parquet", "audited/judgements.parquet", "audited/conflicts.parquet"], ["audited"], OfAudit),
        new("judgements", ["judgements.csv"], ["audited"], "scorer judge --audit {w}/audited --judgements {f}"),
        new("removed", ["purged/removed.csv"], [], "scorer evaluate --model {s}/models/t --test {s}/test --removed {f}"),
        new("index", ["train.cells"], [], "scorer audit --train {s}/pool --test {s}/test --approximate 0.99 --index {f} --out {w}/out"),
        new("written", ["scored/.parquetpool.sha256"], ["scored"], "scorer verify {w}/scored", Score),
        new("jobs", ["jobs.json"], ["pool", "models", "token.txt"], "scorer jobs check {f}"),
        new("network", ["network.json", "networks/image.json"], [], "trainer train --task n --pool {s}/pool --label-column label --features features --network {f} --epochs 1 --models {w}/out"),
        new("csv", ["rows.csv"], [], "trainer import --csv {f} --skip-column text --out {w}/pool", "trainer import --csv {f} --text-column text --text-width 64 --out {w}/texts"),
        new("npy", ["rows.npy"], [], "trainer import --npy {f} --out {w}/pool"),
        new("idx", ["images.idx", "more.idx"], [], "trainer import --idx {f} --idx-labels {s}/classes.idx --out {w}/pool"),
        new("class-names", ["names.txt"], [], "trainer import --idx {s}/images.idx --idx-labels {s}/classes.idx --class-names {f} --out {w}/pool"),
        new("idx-labels", ["classes.idx"], [], "trainer import --idx {s}/images.idx --idx-labels {f} --out {w}/pool"),
        new("pictures", ["pictures/a.jpg", "pictures/progressive.jpg", "pictures/inks.jpg", "pictures/a.png", "pictures/a.webp", "pictures/a.gif", "pictures/a.bmp"], [], Pictures),
        new("picture-tables", ["foreign/pictures.parquet"], [], Pictures),
        new("archives", ["archives/p.zip", "archives/p.tar", "archives/p.tgz"], [], Pictures),
        new("metadata", ["photos/metadata.csv", "photos/sub/metadata.jsonl"], ["photos"], "trainer import --images {w}/photos --image-size 8 --out {w}/pool"),
        new("texts", ["texts/t.jsonl", "texts/t.arrow"], [], "trainer import --texts {f} --text-width 64 --out {w}/pool"),
        new("npz", ["arrays/a.npz"], [], "trainer import --npz {f} --out {w}/pool"),
        new("safetensors", ["arrays/a.safetensors"], [], "trainer import --safetensors {f} --out {w}/pool"),
        new("arrow", ["arrays/v.arrow", "arrays/v.arrows"], [], "trainer import --arrow {f} --out {w}/pool"),
        new("encoder", ["encoder/encoder.json", "encoder/vocab.txt", "encoder/encoder.onnx"], ["encoder"], "trainer import --texts {s}/texts/t.jsonl --text-width 64 --encoder {w}/encoder/encoder.onnx --out {w}/pool"),
        new("tokenizer", ["pairs/tokenizer.json", "unigram/tokenizer.json"], ["pairs", "unigram"],
            "trainer import --texts {s}/texts/t.jsonl --text-width 64 --encoder {w}/pairs/encoder.onnx --out {w}/pool", "trainer import --texts {s}/texts/t.jsonl --text-width 64 --encoder {w}/unigram/encoder.onnx --out {w}/more"),
        new("hierarchy", ["hierarchy.json", "answers.csv"], ["hierarchy.json", "answers.csv"],
            "trainer train --task n --pool {s}/pool --labels {s}/labels/labels.csv {w}/answers.csv --hierarchy {w}/hierarchy.json --network {s}/network.json --epochs 1 --models {w}/out"),
        new("ids", ["ids.txt"], [], "trainer import --npy {s}/rows.npy --ids {f} --out {w}/pool"),
        new("arguments", ["arguments.txt"], [], "scorer inspect {words}"),
        new("cron", ["cron.txt"], []) { Reads = file => CronReader.Read(File.ReadAllText(file), TimeZoneInfo.Utc, runMissed: true).After(DateTimeOffset.UnixEpoch) },
        new("token", ["token.txt"], []) { Reads = file => AccessToken.Read(file) },
        new("cluster", ["cluster.txt"], []) { Reads = file => ClusterAddress.Parse(file) },
        new("set-aside", ["state/set-aside.json"], []) { Reads = file => _ = new SetAside(Path.GetDirectoryName(file)!) },
        new("service", ["state/schedule.json", "state/runs/nightly/2026-01-01T00-00-00Z.json"], ["state"]) { Reads = OpenState },
    ];

    private static void OpenState(string file)
    {
        using var state = StateFolder.Open(file[..(file.LastIndexOf("/state/", StringComparison.Ordinal) + "/state".Length)]);
        foreach (var run in state.Jobs.SelectMany(state.Runs))
        {
            _ = state.NewId(run.Job, run.Due);
            state.Save(run with { Attempts = 2 });
            state.Trim(run.Job);
        }
    }
}
