using System.CommandLine;

namespace ParquetPool.Commands;

/// <summary>A path that is given without an option before it.</summary>
public static class PathArgument
{
    /// <param name="name">In capitals, as help shows it.</param>
    public static Argument<string> Of(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] token }])
            {
                result.AddError($"{token} stands where {name} is expected, which has no option before it");
            }
        });
        return argument;
    }
}
