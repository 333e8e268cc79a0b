using System.Globalization;
using ParquetPool.Fuzz;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["child", var stage, var seed])
{
    await Child.ServeAsync(new Stage(stage), ulong.Parse(seed));
    return 0;
}
if (args is ["stage", var made])
{
    await new Stage(made).MakeAsync();
    return 0;
}
if (args is ["corpus", .. var only])
{
    return await Campaign.CorpusAsync(only);
}
if (args is ["mutants", var count, var first, .. var kinds])
{
    return await Campaign.MutantsAsync(int.Parse(count), ulong.Parse(first), kinds);
}
if (args is ["write", var kind, var number, var of, var file])
{
    using var folder = new WorkFolder();
    File.WriteAllBytes(file, await Campaign.MutantAsync(new Stage(folder.Root), kind, int.Parse(number), ulong.Parse(of)));
    return 0;
}
Console.Error.WriteLine(
    """
    Feeds damaged inputs to every reader, and tells what was neither taken nor refused in one line.
      Fuzz mutants COUNT SEED [KIND...]   COUNT mutants of each kind
      Fuzz corpus [KIND...]               inputs that nothing damaged, and what earlier runs found
      Fuzz write KIND NUMBER SEED FILE    the mutant of that number
    """);
return 2;
