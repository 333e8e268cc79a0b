namespace ParquetPool.Commands;

/// <summary>The exit codes of both programs.</summary>
public static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Data = 3;
    public const int Cancelled = 130;
}
