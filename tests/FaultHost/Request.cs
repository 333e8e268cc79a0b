namespace ParquetPool.FaultHost;

/// <summary>A command to be run.</summary>
/// <param name="Program"><c>scorer</c>, <c>trainer</c> or <see cref="LabelHistories.Name"/>.</param>
/// <param name="Below">Operations on files below this folder are counted.</param>
/// <param name="At">The operation that fails, from 1; 0 for none.</param>
/// <param name="Kind">How it fails, as <c>faults.c</c> has it.</param>
public sealed record Request(string Program, string[] Arguments, string Below, long At, int Kind);

/// <summary>What came of it.</summary>
/// <param name="Operations">On files below the folder.</param>
public sealed record Answer(int ExitCode, long Operations, string Output, string Error);
