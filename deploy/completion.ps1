# Tab completion of parquetpool, trainer and scorer in PowerShell 7: put `. FOLDER/completion.ps1` into the file that $PROFILE names.
# The program itself says what may stand at the cursor; where it says nothing, file names are offered.
Register-ArgumentCompleter -Native -CommandName parquetpool, trainer, scorer -ScriptBlock {
    param($word, $command, $cursor)

    # What a program offers at the end of the words that follow its name.
    function Get-Offer($program, $words) {
        $line = "$([IO.Path]::GetFileNameWithoutExtension($program)) $words"
        & $program "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ -notmatch '^/|^-.$' }
    }

    $typed = "$command"
    $length = $cursor - $command.Extent.StartOffset
    $typed = $typed.PadRight($length).Substring(0, $length)
    $words = $typed.Substring([Math]::Min($length, $command.CommandElements[0].Extent.Text.Length)) -replace '^\s+'
    $program = (Get-Command $command.GetCommandName() -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source
    if (-not $program) { return }

    # parquetpool.cmd hands words on to the programs beside it; it is not asked itself, as cmd would read what is typed for a command of its own.
    $programs = @($program)
    if ($program -like '*.cmd') {
        $folder = Split-Path $program
        $programs = @('trainer', 'scorer' | ForEach-Object { (Get-Command "$folder/$_" -CommandType Application -ErrorAction Ignore).Source })
        $first, $rest = $words -split '\s+', 2
        if ($null -ne $rest) {
            if ($first -in 'trainer', 'scorer') { $programs, $words = @($programs | Where-Object { (Split-Path -LeafBase $_) -eq $first }), $rest }
            else { $programs = @($programs | Where-Object { $first -in (Get-Offer $_ '') }) }
            # Both have serve: rounds of a task, or jobs.
            if ($programs.Count -eq 2) { $programs = @($programs[[int]($rest -notmatch '(^|\s)--task[\s=]')]) }
        }
    }

    # An offer takes the place of the whole word: of --strategy=cl too.
    $given = if ($word -match '^(--[\w-]+=)(.*)$') { $Matches[1], $Matches[2] } else { '', $word }
    $programs | ForEach-Object { Get-Offer $_ $words } | Sort-Object -Unique | Where-Object { $_.StartsWith($given[1], 'Ordinal') } |
        ForEach-Object { [Management.Automation.CompletionResult]::new($given[0] + $_, $_, 'ParameterValue', $_) }
}
