using System.Diagnostics;
using System.Net.Sockets;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Trainer.Tests.Output;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_is_made_or_replaced()
    {
        string path = _directory.File("model.ctr");
        Write(path, "one");
        Write(path, "two");
        Assert.Equal("two", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void A_link_stays_and_its_target_is_replaced()
    {
        string elsewhere = Directory.CreateDirectory(_directory.File("elsewhere")).FullName;
        string target = Path.Combine(elsewhere, "model-1.ctr");
        string link = _directory.File("current.ctr"), second = _directory.File("link to the link");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(link, "elsewhere/model-1.ctr");
        File.CreateSymbolicLink(second, link);
        Write(second, "new");
        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal("elsewhere/model-1.ctr", new FileInfo(link).LinkTarget);
        Assert.Equal(link, new FileInfo(second).LinkTarget);
        Assert.Single(Directory.GetFileSystemEntries(elsewhere));
    }

    [Fact]
    public void A_link_to_nothing_gets_its_target()
    {
        string link = _directory.File("current.ctr");
        File.CreateSymbolicLink(link, "model-1.ctr");
        Write(link, "new");
        Assert.Equal("new", File.ReadAllText(_directory.File("model-1.ctr")));
        Assert.Equal("model-1.ctr", new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(_directory.File("a"), "b");
        File.CreateSymbolicLink(_directory.File("b"), "a");
        Refused(_directory.File("a"), "symbolic link");
    }

    [Fact]
    public void What_is_no_file_is_refused_and_stays()
    {
        string folder = Directory.CreateDirectory(_directory.File("folder")).FullName;
        string pipe = _directory.File("pipe"), socket = _directory.File("socket"), link = _directory.File("link");
        using (Process process = Process.Start("mkfifo", pipe))
        {
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }

        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        File.CreateSymbolicLink(link, pipe);
        Refused(folder, "is no file (Directory)");
        Refused(pipe, "is no file (Pipe)");
        Refused(socket, "is no file (Socket)");
        Refused(link, "is no file (Pipe)");
        // Not by a write: a test that fails as root should not cost the machine its device.
        Assert.Contains("is no file (CharacterDevice)", Assert.Throws<CtrException>(() => AtomicFile.Target("/dev/null")).Message);
        Assert.Equal(4, Directory.GetFileSystemEntries(_directory.Path).Length);
    }

    [Fact]
    public void Training_refuses_a_device_before_it_reads_the_data()
    {
        var options = new TrainingOptions { Kind = "lr", Data = "/nonexistent", Format = "libffm", ModelPath = "/dev/null" };
        TrainingRuns.Refused(options, CtrStatus.Io, "/dev/null: is no file");
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void Refused(string path, string message)
    {
        CtrException refusal = Assert.Throws<CtrException>(() => Write(path, "new"));
        Assert.Equal(CtrStatus.Io, refusal.Status);
        Assert.StartsWith($"{path}: ", refusal.Message);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }
}
