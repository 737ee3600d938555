import Files

/// Renames the `arrays` of a seungwonpark generator to melgan-neurips' names; unknown names are left as they are.
///
/// seungwonpark keeps the residual blocks of stage i in one module, 4 + 3 i, as `blocks.j` and `shortcuts.j`, where
/// melgan-neurips has a module for each block (`model/generator.py` and `model/res_stack.py` there). The layers and
/// their order are the same.
func referenceNames(ofSeungwonpark arrays: [String: NumericArray]) -> [String: NumericArray] {
    var blocks: Set<Int> = []
    for name in arrays.keys {
        let parts = name.split(separator: ".")
        if parts.count > 3, parts[2] == "blocks", let block = Int(parts[3]) { blocks.insert(block) }
    }
    var result: [String: NumericArray] = [:]
    for (name, array) in arrays {
        result[referenceName(name.split(separator: ".").map(String.init), residualBlocks: blocks.count) ?? name] = array
    }
    return result
}

private func referenceName(_ parts: [String], residualBlocks: Int) -> String? {
    guard parts.count >= 3, parts[0] == "generator", let module = Int(parts[1]), (1...100).contains(module) else {
        return nil
    }
    let stride = 2 + residualBlocks
    if module == 1 { return "model.1." + parts[2...].joined(separator: ".") }
    let (stage, place) = (module - 3).quotientAndRemainder(dividingBy: 3)
    guard module >= 3 else { return nil }
    switch (place, parts[2]) {
    case (0, _): return "model.\(3 + stage * stride)." + parts[2...].joined(separator: ".")
    case (1, "blocks"), (1, "shortcuts"):
        guard parts.count >= 5, let block = Int(parts[3]), (0..<residualBlocks).contains(block) else { return nil }
        let inner = parts[2] == "blocks" ? "block." : "shortcut."
        return "model.\(4 + stage * stride + block)." + inner + parts[4...].joined(separator: ".")
    case (1, _): return "model.\(4 + stage * stride)." + parts[2...].joined(separator: ".")
    default: return nil
    }
}
