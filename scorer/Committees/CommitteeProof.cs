using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Outputs;

namespace ParquetPool.Scorer.Committees;

/// <summary>What a compiled committee must show before it scores a row.</summary>
internal static class CommitteeProof
{
    /// <exception cref="DataException">The same rows get other logits, or a row's depend on the rows beside it; the message names the operator.</exception>
    public static void Require(Committee committee, StochasticModel model, ModelPackage package)
    {
        using var run = committee.NewRun();
        var proof = new RowProof(committee.TileRows, [.. committee.Inputs.Select(i => (i.Width, TokenInputs.Count(package, i.Name)))], at => run.Input(at), run.Run, Row);
        if (!proof.IsRepeatable())
        {
            throw new DataException($"{package.Path}: two runs on the same rows gave other numbers, expected the same: some operator of the model is random, export it without");
        }
        if (!proof.IsIndependent())
        {
            throw Dependent(BatchOperator.Find(model.Graph, model.Inputs, package), package);
        }

        float[] Row(int row)
        {
            var logits = new float[committee.Members * committee.Classes + (committee.PredictsLosses ? 1 : 0)];
            for (var member = 0; member < committee.Members; member++)
            {
                run.CopyLogits(member, row, logits.AsSpan(member * committee.Classes, committee.Classes));
            }
            if (committee.PredictsLosses)
            {
                logits[^1] = run.PredictedLosses[row];
            }
            return logits;
        }
    }

    /// <summary>What to say of a model whose rows depend on each other.</summary>
    public static DataException Dependent(NodeProto? culprit, ModelPackage package)
    {
        var by = culprit is null ? "an operator" : $"{culprit.OpType} '{(culprit.Name.Length > 0 ? culprit.Name : culprit.Output[0])}'";
        return new DataException($"{package.Path}: what a row gets depends on the other rows of its batch by {by}, expected scores that are each row's own: export the model without it{(culprit?.OpType == "DynamicQuantizeLinear" ? ", or quantise it statically" : "")}");
    }
}
