using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Shared.Tests.Encoders;

/// <summary>What lies beside a model and says otherwise than is assumed where <c>encoder.json</c> says nothing.</summary>
public sealed class StatedSettingsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("1_Pooling/config.json", """{ "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false }""", "\"pooling\": \"cls\"", "\"pooling\": \"mean\"")]
    [InlineData("1_Pooling/config.json", """{ "pooling_mode_lasttoken": true }""", "\"pooling\": \"lasttoken\"", "\"pooling\": \"mean\"")]
    [InlineData("tokenizer_config.json", """{ "do_lower_case": false }""", "\"lowercase\": false", "\"lowercase\": true")]
    [InlineData("config_sentence_transformers.json", """{ "prompts": { "query": "query: ", "other": "" }, "default_prompt_name": "query" }""", "\"prefix\": \"query: \"", "\"prefix\": \"\"")]
    [InlineData("sentence_bert_config.json", """{ "max_seq_length": 512 }""", "\"maxTokens\": 512", "\"maxTokens\": 256")]
    public void A_default_of_texts_that_a_file_contradicts_is_asked_about(string file, string json, string stated, string assumed)
    {
        var path = MadeEncoder.In(folder);
        Lay("encoder/" + file, json);

        path.Invoking(Open).Should().Throw<DataException>().WithMessage($"*encoder.json leaves out what {file} beside the model says otherwise than is assumed: write {stated} into it, or {assumed} if that is meant");
        MadeEncoder.In(folder, $$"""{ {{assumed}}, }""").Invoking(Open).Should().NotThrow("it says so itself");
    }

    [Fact]
    public void Files_that_agree_or_are_none_are_no_fault()
    {
        var path = MadeEncoder.In(folder);
        Lay("encoder/1_Pooling/config.json", """{ "pooling_mode_mean_tokens": true, "word_embedding_dimension": 15 }""");
        Lay("encoder/tokenizer_config.json", "[]");
        Lay("encoder/sentence_bert_config.json", "no JSON");

        path.Invoking(Open).Should().NotThrow();
    }

    [Theory]
    [InlineData("""{ "do_normalize": true, "image_mean": [0.5, 0.5, 0.5], "image_std": [1.0, 1.0, 1.0], "resample": 3 }""", "\"mean\": [0.5, 0.5, 0.5], \"filter\": \"bicubic\"", "\"mean\": [0, 0, 0], \"filter\": \"bilinear\"")]
    [InlineData("""{ "do_center_crop": true, "size": { "shortest_edge": 6 }, "crop_size": { "height": 4, "width": 4 } }""", "\"resize\": 6", "\"resize\": 4")]
    [InlineData("""{ "size": { "height": 4, "width": 4 } }""", "\"fit\": \"stretch\"", "\"fit\": \"cover\"")]
    public void A_default_of_pictures_that_a_file_contradicts_is_asked_about(string json, string stated, string assumed)
    {
        var path = MadePictureEncoder.In(folder, name: "onnx");
        Lay("preprocessor_config.json", json);

        path.Invoking(Show).Should().Throw<DataException>().WithMessage($"*preprocessor_config.json*write {stated} into it, or {assumed} if that is meant");
        MadePictureEncoder.In(folder, $$"""{ "size": 4, {{stated}} }""", name: "onnx").Invoking(Show).Should().NotThrow();
    }

    [Theory]
    [InlineData("""{ "size": { "height": 4, "width": 6 }, "image_mean": [0, 0, 0] }""", "size")]
    [InlineData("""{ "size": 8, "do_center_crop": true, "crop_size": { "height": 4, "width": 6 }, "image_mean": [0, 0, 0] }""", "crop_size")]
    public void Pictures_of_unequal_sides_are_refused(string json, string name)
    {
        var path = MadePictureEncoder.In(folder);
        File.Delete(folder.File("pictures", "encoder.json"));
        Lay("pictures/preprocessor_config.json", json);

        FluentActions.Invoking(() => StatedSettings.PicturesOf(Path.GetDirectoryName(path)!)).Should().Throw<DataException>().WithMessage($"preprocessor_config.json beside the model says that \"{name}\" is 6 wide and 4 high, expected a square*");
    }

    [Fact]
    public void Pictures_as_they_are_said_to_be_are_no_fault()
    {
        var path = MadePictureEncoder.In(folder, """{ "size": 4, "mean": [0.5, 0.5, 0.5] }""");
        Lay("pictures/preprocessor_config.json", """{ "do_center_crop": true, "size": 4, "crop_size": 4, "image_mean": [0.1, 0.2, 0.3], "image_std": [1, 1, 1], "resample": 2 }""");

        path.Invoking(Show).Should().NotThrow();
    }

    [Fact]
    public void A_layer_behind_the_pooling_is_asked_about()
    {
        var path = MadeEncoder.In(folder);
        Lay("encoder/modules.json", """[{ "idx": 0, "type": "sentence_transformers.models.Transformer" }, { "idx": 2, "type": "sentence_transformers.models.Dense" }]""");

        path.Invoking(Open).Should().Throw<DataException>().WithMessage("*modules.json beside the model has a Dense behind it*\"pooling\": \"none\"*");
        MadeEncoder.In(folder, """{ "pooling": "mean" }""").Invoking(Open).Should().NotThrow();
    }

    [Fact]
    public void A_vocabulary_with_capitals_is_of_texts_that_keep_theirs()
    {
        var path = MadeEncoder.In(folder, """{ "lowercase": true }""");
        File.AppendAllText(folder.File("encoder", "vocab.txt"), "Card\n");

        path.Invoking(Open).Should().Throw<DataException>().WithMessage("*vocab.txt: many of its word pieces have capitals*write \"lowercase\": false*");
        using var bare = TextTokens.Open(folder.File("encoder", "vocab.txt"), 4);
        var ids = new float[4];
        bare.Encode(["Card"], ids);
        ids[1].Should().Be(15, "its number, not that of 'card'");
        MadeEncoder.In(folder, """{ "lowercase": false }""").Invoking(Open).Should().NotThrow();
    }

    [Fact]
    public void A_vector_beside_the_first_output_is_asked_about()
    {
        string Made(string settings)
        {
            var path = MadeEncoder.In(folder, settings);
            var graph = new GraphBuilder(ModelFile.Read(path).Model);
            graph.Output(graph.Op("ReduceMean", ["last_hidden_state", graph.Ints(1)], Attributes.Int("keepdims", 0)), "sentence_embedding", DataType.Float, -1, MadeEncoder.Width);
            File.WriteAllBytes(path, ModelFile.ToBytes(graph.Model));
            return path;
        }

        Made("{}").Invoking(Open).Should().Throw<DataException>().WithMessage("*its vector seems to be sentence_embedding: write \"output\": \"sentence_embedding\", \"pooling\": \"none\"*");
        Made("""{ "output": "last_hidden_state" }""").Invoking(Open).Should().NotThrow();
        Made("""{ "output": "sentence_embedding", "pooling": "none" }""").Invoking(Open).Should().NotThrow();
    }

    [Fact]
    public void A_text_keeps_its_vector_in_a_model_that_quantises_by_the_batch()
    {
        var path = MadeEncoder.In(folder, """{ "normalise": false }""");
        var graph = new GraphBuilder(ModelFile.Read(path).Model);
        graph.Model.Graph.Output.Clear();
        var scale = graph.Op("Cast", [graph.Op("Gather", [graph.Constant("sizes", [.. Enumerable.Range(0, MadeEncoder.Width).Select(i => i == MadeEncoder.Place("money") ? 90f : 1f)], MadeEncoder.Width, 1), "input_ids"])], Attributes.Int("to", (long)DataType.Float));
        var bytes = graph.Node("DynamicQuantizeLinear", [graph.Op("Mul", ["last_hidden_state", scale])], 3).Output;
        graph.Output(graph.Op("DequantizeLinear", [bytes[0], bytes[1], bytes[2]]), "vector", DataType.Float, -1, -2, MadeEncoder.Width);
        File.WriteAllBytes(path, ModelFile.ToBytes(graph.Model));
        using var encoder = TextEncoder.Open(path);

        var vectors = new float[2 * encoder.Width];
        encoder.Encode(["card", "money"], vectors);

        var alone = new float[encoder.Width];
        encoder.Encode(["card"], alone);
        vectors[..encoder.Width].Should().Equal(alone);
    }

    private static void Open(string path) => TextEncoder.Open(path).Dispose();

    private static void Show(string path) => PictureEncoder.Open(path).Dispose();

    private void Lay(string file, string json)
    {
        var path = folder.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, json);
    }
}
