@echo off
rem One name for both programs: parquetpool train ... is trainer train ..., parquetpool score ... is scorer score ... It lies beside the programs.
setlocal
set "PARQUETPOOL_LAUNCHER=parquetpool"
if "%~1"=="" goto help
if "%~1"=="--help" goto help
if "%~1"=="-h" goto help
if "%~1"=="trainer" goto named
if "%~1"=="scorer" goto named
for %%c in (consensus correlate demo embed import pretrain probe prune rank round simulate study synthesize train) do if "%~1"=="%%c" goto trainer
for %%c in (audit bench cluster compare coverage evaluate find inspect jobs judge merge novel pack purge report score select show tasks verify --version) do if "%~1"=="%%c" goto scorer
if not "%~1"=="serve" goto unknown
:serve
if [%1]==[] goto scorer
if "%~1"=="--task" goto trainer
shift /1
goto serve

:trainer
"%~dp0trainer.exe" %*
exit /b %errorlevel%

:scorer
"%~dp0scorer.exe" %*
exit /b %errorlevel%

:named
set "program=%~1"
for /f "tokens=1*" %%a in ("%*") do "%~dp0%program%.exe" %%b
exit /b %errorlevel%

:help
"%~dp0trainer.exe" --help
"%~dp0scorer.exe" --help
if "%~1"=="" exit /b 2
exit /b 0

:unknown
echo parquetpool: '%~1' is no command of trainer or scorer: see parquetpool --help 1>&2
exit /b 2
