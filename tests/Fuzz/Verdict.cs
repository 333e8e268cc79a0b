namespace ParquetPool.Fuzz;

/// <summary>How a command took a mutant.</summary>
internal enum Verdict
{
    /// <summary>Exit code 0.</summary>
    Taken,

    /// <summary>Exit code 2 or 3 and one line that says why.</summary>
    Refused,

    /// <summary>Exit code 1: the machine, not the input, is blamed.</summary>
    Blamed,

    /// <summary>An exception that nobody expected.</summary>
    Unhandled,

    /// <summary>More on stderr than one line of moderate length, or control characters there.</summary>
    Noisy,

    /// <summary>More than <see cref="ChildProcess.MostSeconds"/> of processor time.</summary>
    Slow,

    /// <summary>More memory than <see cref="ChildProcess.MostBytes"/>.</summary>
    Large,

    /// <summary>The process ended.</summary>
    Died,
}
