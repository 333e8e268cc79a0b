using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Shared.Tests.Commands;

public class CommandErrorsTests
{
    private readonly RootCommand root;

    public CommandErrorsTests()
    {
        var score = new Command("score")
        {
            new Option<string>("--model") { Required = true }, new Option<int?>("--top"), new Option<double>("--threshold"), new Option<DayOfWeek>("--day"),
            new Option<ConsoleColor>("--color") { HelpName = "red|green" },
        };
        score.SetAction(_ => 0);
        var pair = new Command("pair") { new Option<string>("--one") { Required = true }, new Option<string>("--two") { Required = true }, new Option<string>("--three") { Required = true } };
        pair.SetAction(_ => 0);
        var show = new Command("show") { PathArgument.Of("FILE", "What is shown.") };
        show.SetAction(_ => 0);
        root = [score, pair, show];
        root.Options.Add(new Option<int>("--megabytes") { Recursive = true });
    }

    [Theory]
    [InlineData("", "expected a command")]
    [InlineData("scor", "'scor' is no command of *, the nearest is 'score'")]
    [InlineData("frobnicate", "'frobnicate' is no command of *")]
    [InlineData("score --model m --topp 5", "'--topp' is no option of score, the nearest is '--top'; '5' is no argument of score")]
    [InlineData("score --model m --zzzzzz", "'--zzzzzz' is no option of score")]
    [InlineData("score --model m --top 1.5", "--top 1.5: expected a whole number")]
    [InlineData("score --model m --top 99999999999", "--top 99999999999: expected a whole number, and none so large")]
    [InlineData("score --model m --threshold high", "--threshold high: expected a number")]
    [InlineData("score --model m --day someday", "--day someday: expected one of sunday, monday, *")]
    [InlineData("score --model m --color mauve", "--color mauve: expected one of red, green")]
    [InlineData("score --model m --megabytes many", "--megabytes many: expected a whole number")]
    [InlineData("score --model m --megabyte 5", "'--megabyte' is no option of score, the nearest is '--megabytes'; *")]
    [InlineData("score --top x --threshold y", "--model is missing, which is required; --top x: expected a whole number; --threshold y: expected a number")]
    [InlineData("score --model m --top", "--top: nothing stands behind it, expected a whole number")]
    [InlineData("pair", "--one, --two and --three are missing, which are required")]
    [InlineData("show --file x", "'x' is no argument of show; --file stands where FILE is expected, which has no option before it")]
    public void Every_mistake_is_named_in_plain_words_on_one_line(string line, string expected) =>
        CommandErrors.Of(root.Parse(line)).Should().Match(expected).And.NotContain("\n").And.NotContain("System.");

    [Theory]
    [InlineData("--threshold 0,5", "--threshold 0,5: expected a number without commas*0.9")]
    [InlineData("--color 1", "--color 1: expected one of red, green")]
    [InlineData("--threshold=1,000.5", "--threshold 1,000.5: expected a number without commas*")]
    [InlineData("--model=~/m", "--model ~/m: the shell has put no folder in the place of ~*")]
    [InlineData("--model ~", "--model ~: the shell*$HOME")]
    [InlineData("--model \"\"", "--model: an empty text stands behind it, expected a path")]
    public void A_value_that_would_be_read_otherwise_than_it_is_meant_is_refused(string value, string expected)
    {
        var command = new Command("run") { new Option<string>("--model"), new Option<float?>("--threshold"), new Option<ConsoleColor?>("--color") { HelpName = "red|green" } }.Runs((_, _) => Task.FromResult(0));

        CommandErrors.Of(new RootCommand { command }.Parse($"run {value}")).Should().Match(expected);
    }

    [Theory]
    [InlineData("--classes a b --epohcs 3", "'--epohcs' is no option of run, the nearest is '--epochs'")]
    [InlineData("--model --epohcs", "'--epohcs' is no option of run, the nearest is '--epochs'")]
    [InlineData("--classes a --zzzzzz --epohcs", "'--zzzzzz' is no option of run; '--epohcs' is no option of run, the nearest is '--epochs'")]
    [InlineData("--text --epohcs", "")]
    [InlineData("--epochs --model x", "--epochs: --model stands behind it, expected a whole number")]
    public void A_misspelt_option_is_no_value_of_the_option_before_it(string words, string expected)
    {
        var command = new Command("run")
        {
            new Option<string[]>("--classes") { AllowMultipleArgumentsPerToken = true }, new Option<string>("--model"), new Option<string>("--text") { HelpName = "TEXT" }, new Option<int>("--epochs"),
        }.Runs((_, _) => Task.FromResult(0));

        CommandErrors.Of(new RootCommand { command }.Parse($"run {words}")).Should().Be(expected);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("score --model {0} {0}")]
    [InlineData("score --model m --top {0}")]
    [InlineData("score --model m --day {0}")]
    [InlineData("{0} score --model m")]
    public void A_value_that_names_a_file_shows_nothing_of_it(string line)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "--secret=of-somebody\nmore\n");

        var parse = root.Parse(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, "@" + file), CommandHost.Parsing);

        CommandErrors.Of(parse).Should().Contain("@" + file).And.NotContain("secret").And.NotContain("more");
        parse.Tokens.Should().NotContain(token => token.Value.Contains("secret"));
        File.Delete(file);
    }
}
