"""What the exercises say in Korean, and the docstrings of the files."""

WORDS = {
    "about sigmoid": "오버플로 없는 시그모이드와 그 기울기",
    "about gradient-descent": "경사를 따라 내려가며 점들을 지나는 직선 찾기",
    "about backprop": "비용의 그래디언트를 마지막 층부터 첫째 층까지 구하기",
    "cost": "비용",
    "last layer": "마지막 층",
    "layers before": "앞쪽 층",
    "sigmoid": "시그모이드",
    "large z": "큰 z",
    "slope": "기울기",
    "loss": "손실",
    "slopes": "기울기",
    "step": "한 걸음",
    "result": "결과: {total}개 중 {right}개 정답",
    "wrote": "{path} 파일을 만들었습니다",
    "fill": "빈 곳을 채웁니다.",
    "next": "다음: {command}",
    "open": "아직 풀지 않았습니다",
    "right": "맞습니다. 차이 {difference}",
    "wrong": "{part} 값이 틀립니다. 차이 {difference}",
    "shape": "{part} 모양이 틀립니다. 필요한 것은 {wanted}, 받은 것은 {got}",
    "a number": "수 하나",
    "count": "{wanted}를 돌려주어야 하는데 {got}를 돌려줍니다",
    "one value": "값 하나",
    "values": "값 {number}개",
    "no numbers": "{part} 값은 수여야 하는데 {type}입니다",
    "not finite": "{part} 값은 유한한 수여야 하는데 nan 또는 무한대가 있습니다",
    "nothing": "돌려주는 값이 없습니다. 결과 앞에 return을 써야 합니다",
    "turned": "열벡터 곱하기 행벡터입니다",
    "factor": "정답의 {factor}배입니다",
    "no_slope": "σ'(z) = a (1 - a)가 빠졌습니다",
    "turned_weights": "w_after를 전치했습니다. 뉴런 i는 w_after[i, j] * delta_after[j]의 합입니다",
    "uphill": "오르막으로 가고 있습니다",
    "overflow": "e^x가 너무 커서 float에 담을 수 없습니다. np.where는 양쪽을 모두 계산합니다",
    "power": "거듭제곱은 ^가 아니라 **입니다",
    "line": "{line}번째 줄: {text}",
    "missing": "파일에 {function} 함수가 없습니다. 이름을 바꾸면 안 됩니다",
    "exit": "sys.exit는 프로그램을 끝내므로 지워야 합니다",
    "input": "여기서는 input()에 답할 사람이 없으므로 지워야 합니다",
    "memory": "메모리를 2 GB보다 많이 쓰려고 했습니다",
    "time": "{seconds:g}초 안에 끝나지 않았습니다. 끝나지 않는 반복문이 있습니까?",
    "written": "답을 적어 두는 파일에 다른 것을 썼습니다. 그렇게 하는 코드를 지워야 합니다",
    "ended": "파이썬 자체가 종료 코드 {code}번으로 끝났습니다. 그렇게 만드는 코드를 지워야 합니다",
}

SHEETS = {
    "Backpropagation for one image: 784-16-16-10 sigmoid neurons, C = Σ (a - y)².": (
        "이미지 한 장의 역전파: 784-16-16-10 시그모이드 뉴런, 비용 C = Σ (a - y)²."
    ),
    "Run it: the cost falls. Check it:": "실행하면 비용이 줄어듭니다. 채점:",
    "1 cost: a number, 0 if the outputs a (10,) are the wanted outputs y (10,).": (
        "1 비용: 수 하나입니다. 출력 a (10,)가 원하는 출력 y (10,)와 같으면 0입니다."
    ),
    "2 last layer: δ": "2 마지막 층: δ",
    "with σ'(z) = a (1 - a).": "이고 σ'(z) = a (1 - a)입니다.",
    "Return ∂C/∂w, the column a_before (16,) times the row δ (10,), and ∂C/∂b, which is δ.": (
        "열 a_before (16,) 곱하기 행 δ (10,)인 ∂C/∂w와, δ와 같은 ∂C/∂b를 돌려줍니다."
    ),
    "3 layers before: ∂C/∂a (n,) comes back from the layer after, through its w_after (n, m).": (
        "3 앞쪽 층: ∂C/∂a (n,)는 다음 층에서 그 가중치 w_after (n, m)를 거쳐 되돌아옵니다."
    ),
    "Each neuron gets the sum of delta_after (m,), weighted. Return ∂C/∂w and ∂C/∂b, as in 2.": (
        "뉴런마다 delta_after (m,)를 가중치와 곱해 더합니다. 2처럼 ∂C/∂w와 ∂C/∂b를 돌려줍니다."
    ),
    "Return the cost, and the pair (∂C/∂w, ∂C/∂b) of each layer.": (
        "비용과 층마다 (∂C/∂w, ∂C/∂b) 쌍을 돌려줍니다."
    ),
    "The sigmoid σ(z) = 1 / (1 + e^-z), also for very large and very small z.": (
        "시그모이드 σ(z) = 1 / (1 + e^-z). z가 아주 크거나 작아도 됩니다."
    ),
    "Run it: a curve of numbers. Check it:": "실행하면 곡선이 수로 나옵니다. 채점:",
    "1 sigmoid, 2 large z: an array like z, without overflow: e^x only where x is not positive.": (
        "1 시그모이드, 2 큰 z: z와 같은 모양의 배열. 오버플로가 없도록 e^x는 x ≤ 0일 때만 씁니다."
    ),
    "3 slope: σ'(z), how fast σ rises at z; sigmoid(z) helps.": (
        "3 기울기: σ'(z), z에서 σ가 커지는 빠르기. sigmoid(z)를 써도 됩니다."
    ),
    "Gradient descent: find the line y = w x + b through points, walking downhill.": (
        "경사하강법: 경사를 따라 내려가며 점들을 지나는 직선 y = w x + b 찾기."
    ),
    "Run it: w and b come close to 3 and 1. Check it:": (
        "실행하면 w와 b가 3과 1에 가까워집니다. 채점:"
    ),
    "1 loss: a number, the mean of (w x + b - y)² over the points x (n,), y (n,).": (
        "1 손실: 수 하나, 점 x (n,), y (n,)에 대한 (w x + b - y)²의 평균입니다."
    ),
    "2 slopes: return ∂loss/∂w and ∂loss/∂b, two numbers.": (
        "2 기울기: ∂loss/∂w와 ∂loss/∂b, 수 두 개를 돌려줍니다."
    ),
    "3 step: return the new w and b after one step downhill; rate is the learning rate η.": (
        "3 한 걸음: 한 걸음 내려간 뒤의 새 w와 b를 돌려줍니다. rate는 학습률 η입니다."
    ),
}
