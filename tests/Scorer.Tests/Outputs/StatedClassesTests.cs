using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using static ParquetPool.Scorer.Tests.Outputs.OutputModels;

namespace ParquetPool.Scorer.Tests.Outputs;

/// <summary>Models that state which class a column is, as scikit-learn's and Ultralytics' exporters have them.</summary>
public class StatedClassesTests
{
    [Fact]
    public void ATreesOwnLabelsNameItsColumns()
    {
        var model = TestModels.Open((w, x, on) =>
        {
            var trees = w.Graph.Node("TreeEnsembleClassifier", [w.Dropout(x, 0.3f, on)], 2,
                Attributes.Ints("nodes_treeids", 0, 0, 0), Attributes.Ints("nodes_nodeids", 0, 1, 2), Attributes.Ints("nodes_featureids", 0, 0, 0), Attributes.Ints("nodes_truenodeids", 1, 0, 0),
                Attributes.Ints("nodes_falsenodeids", 2, 0, 0), Floats("nodes_values", 0, 0, 0), Texts("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"), Attributes.Ints("class_treeids", 0, 0, 0, 0),
                Attributes.Ints("class_nodeids", 1, 1, 2, 2), Attributes.Ints("class_ids", 0, 1, 0, 1), Floats("class_weights", 0.8f, 0.2f, 0.3f, 0.7f), Attributes.Ints("classlabels_int64s", 10, 20));
            trees.Domain = "ai.onnx.ml";
            w.Graph.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 });
            w.Scores(trees.Output[1], "p", 2);
        });

        Classes(model).Should().Equal("10", "20");
    }

    [Fact]
    public void WhatALabelIsPickedOutOfNamesTheColumns()
    {
        var model = Make((w, _, z) =>
        {
            w.Scores(z);
            var labels = new TensorProto { Name = "labels", DataType = (int)DataType.Int64, Dims = { 5 }, Int64Data = { 3, 1, 4, 15, 9 } };
            w.Graph.Output(w.Graph.Op("Gather", [w.Graph.Constant(labels), w.Graph.Op("ArgMax", [z], Axis(1), Attributes.Int("keepdims", 0))]), "label", DataType.Int64, -1);
        });

        Classes(model).Should().Equal("3", "1", "4", "15", "9");
    }

    [Theory]
    [InlineData("names", "{0: 'ant', 1: \"bee's\", 2: 'cat', 3: 'dog', 4: 'eel'}", "bee's")]
    [InlineData("id2label", "{\"0\": \"ant\", \"1\": \"b\\u00e9e\", \"2\": \"cat\", \"3\": \"dog\", \"4\": \"eel\"}", "b\u00e9e")]
    [InlineData("classes", "[\"ant\", \"bee\", \"cat\", \"dog\", \"eel\"]", "bee")]
    [InlineData("names", "{2: 'cat', 4: 'eel', 0: 'ant', 3: 'dog', 1: 'bee'}", "bee")]
    [InlineData("class_to_idx", "{'bee': 1, 'ant': 0, 'cat': 2, 'eel': 4, 'dog': 3}", "bee")]
    [InlineData("label2id", "{\"ant\": 0, \"b\\u00e9e\": 1, \"7\": 2, \"dog\": 3, \"eel\": 4}", "b\u00e9e")]
    [InlineData("class_names", "ant, bee, cat, dog, eel", "bee")]
    [InlineData("labels", "ant\nbee\ncat\ndog\neel\n", "bee")]
    [InlineData("labels", "ant, bee", null)]
    [InlineData("class_to_idx", "{'ant': 1, 'bee': 2, 'cat': 3, 'dog': 4, 'eel': 5}", null)]
    [InlineData("names", "{1: 'ant', 2: 'bee', 3: 'cat', 4: 'dog', 5: 'eel'}", null)]
    [InlineData("names", "{0: 'ant', 1: 'bee'}", null)]
    [InlineData("names", "{0: 'ant', 1: 'ant', 2: 'cat', 3: 'dog', 4: 'eel'}", null)]
    public void MetadataNameTheColumnsWhereEachHasAName(string key, string text, string? second)
    {
        var model = Make((w, _, z) => w.Scores(z));
        model.Model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = text });

        Classes(model)?[1].Should().Be(second);
        (Classes(model) is null).Should().Be(second is null);
    }

    [Theory]
    [InlineData("config.json", "{\"id2label\": {\"0\": \"ant\", \"1\": \"bee\", \"10\": \"x\", \"2\": \"cat\"}}", false)]
    [InlineData("config.json", "{\"id2label\": {\"4\": \"eel\", \"1\": \"bee\", \"0\": \"ant\", \"2\": \"cat\", \"3\": \"dog\"}}", true)]
    [InlineData("../config.json", "{\"id2label\": {\"0\": \"ant\", \"1\": \"bee\", \"2\": \"cat\", \"3\": \"dog\", \"4\": \"eel\"}}", true)]
    [InlineData("config.json", "{\"id2label\": {\"0\": \"LABEL_0\", \"1\": \"LABEL_1\", \"2\": \"LABEL_2\", \"3\": \"LABEL_3\", \"4\": \"LABEL_4\"}}", false)]
    [InlineData("config.json", "not JSON", false)]
    public void AConfigurationBesideAModelNamesItsClasses(string file, string json, bool isNamed)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("onnx"));
        File.WriteAllText(folder.File("onnx/" + file), json);

        var classes = Classes(Make((w, _, z) => w.Scores(z)) with { Path = folder.File("onnx/model.onnx") });

        classes.Should().Equal(isNamed ? ["ant", "bee", "cat", "dog", "eel"] : null);
    }

    private static IReadOnlyList<string>? Classes(ModelPackage model)
    {
        using var committee = Committee.Compile(model, FeatureInput.Declared(model), 2, 0);
        return committee.Output.Classes;
    }

    private static AttributeProto Floats(string name, params float[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats, Floats = { values } };

    private static AttributeProto Texts(string name, params string[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings, Strings = { values.Select(Google.Protobuf.ByteString.CopyFromUtf8) } };
}
