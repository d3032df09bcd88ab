/// Where a value is read from: the bytes of a buffer of the library's, which is given back once all of it was read.
///
/// Stands in the generated code in the place of the generator's own reader, which goes through Foundation's `Data` for each number
/// and copies each string twice: a snapshot of a walk took 15 microseconds with it.
public struct FfiReader {
    fileprivate let bytes: UnsafeRawBufferPointer
    fileprivate var offset = 0

    fileprivate init(_ buffer: RustBuffer) {
        bytes = UnsafeRawBufferPointer(start: buffer.data, count: Int(buffer.len))
    }

    /// The next bytes. Throws if there are not so many: the library and this code are not of the same version.
    fileprivate mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - offset else {
            throw UniffiInternalError.bufferOverflow
        }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}

fileprivate func readInt<T: FixedWidthInteger>(_ reader: inout FfiReader) throws -> T {
    let bytes = try reader.take(MemoryLayout<T>.size)
    var value: T = 0
    withUnsafeMutableBytes(of: &value) { $0.copyMemory(from: bytes) }
    return T(bigEndian: value)
}

fileprivate func readBytes(_ reader: inout FfiReader, count: Int) throws -> UnsafeRawBufferPointer {
    try reader.take(count)
}

fileprivate func readFloat(_ reader: inout FfiReader) throws -> Float {
    Float(bitPattern: try readInt(&reader))
}

fileprivate func readDouble(_ reader: inout FfiReader) throws -> Double {
    Double(bitPattern: try readInt(&reader))
}

fileprivate func hasRemaining(_ reader: FfiReader) -> Bool {
    reader.offset < reader.bytes.count
}

