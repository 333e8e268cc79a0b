namespace ParquetPool.Trainer.Probing;

/// <summary>What a network of some depth has learnt from one row.</summary>
/// <param name="Depth">Layers with weights.</param>
/// <param name="Parameters">Numbers that learn.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Rate">Of the learning.</param>
/// <param name="Missed">The mean square that it misses of the learnt row, as a share of the row's mean square.</param>
/// <param name="Identity">The mean correlation, over other rows, of what it gives and what it was given.</param>
/// <param name="Constant">The mean correlation, over other rows, of what it gives and the learnt row.</param>
/// <param name="Noise">The correlation of what it gives for noise with that noise.</param>
/// <param name="Verdict">What it does with rows that it has not learnt.</param>
internal sealed record ProbedDepth(int Depth, long Parameters, int Steps, float Rate, double Missed, double Identity, double Constant, double Noise, string Verdict)
{
    /// <summary>The correlation from which on two rows are told to be the same.</summary>
    private const double Same = 0.9;

    /// <summary>The share of the row's mean square up to which it is learnt.</summary>
    private const double Learnt = 0.01;

    public const string GivesBack = "gives back what it is given (identity)";
    public const string GivesTheLearnt = "gives the learnt row, whatever it is given (constant)";

    /// <param name="identity">See <see cref="Identity"/>.</param>
    public static string Told(double missed, double identity, double constant) =>
        !(missed <= Learnt) ? "has not learnt its row: more --steps"
        : identity >= Same && identity > constant ? GivesBack
        : constant >= Same ? GivesTheLearnt
        : identity > constant ? "is nearer to giving back what it is given"
        : "is nearer to giving the learnt row";
}
