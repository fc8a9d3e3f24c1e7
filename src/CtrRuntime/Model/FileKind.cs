namespace CtrRuntime.Model;

/// <summary>What a path names. The numbers are those of the operating system's file modes.</summary>
internal enum FileKind
{
    /// <summary>A pipe with a name.</summary>
    Pipe = 0x1000,

    /// <summary>A terminal, /dev/null and the like.</summary>
    CharacterDevice = 0x2000,

    /// <summary>A directory.</summary>
    Directory = 0x4000,

    /// <summary>A disk.</summary>
    BlockDevice = 0x6000,

    /// <summary>A file.</summary>
    File = 0x8000,

    /// <summary>A socket.</summary>
    Socket = 0xC000,

    /// <summary>The bits of a mode that say it.</summary>
    Mask = 0xF000,
}
