using CtrRuntime.Cli;

using var streams = CommandStreams.OfProcess();
using var interrupt = new Interrupt();
return CommandLine.Run(args, streams, interrupt.Token);
