//! Spanish.

use super::Idea as I;
use crate::pattern::Row;

pub(super) const WORDS: &[Row<I>] = &[
    (
        I::Not,
        1,
        "no!, nada, nunca, jamás, ningún*, ninguna, ninguno, nadie, sin!, ni!, tampoco, cero",
    ),
    (
        I::Parcel,
        1,
        "paquete*, pedido*, envío!, envio!, compra!, caja!, artículo*, mercancía, regalo, cosas, cosa!, entrega!, producto!, encargo, lo mío, bulto",
    ),
    (
        I::Arrive,
        1,
        "lleg*, recib*, venir, viene!, vino!, venido, aparec*, tener aquí, está aquí, estar aquí, tengo aquí, me ha llegado, a casa, la puedo esperar, lo puedo esperar, tenerlo",
    ),
    (
        I::Dropped,
        1,
        "entregad*, entregaron, entregó, dejaron, dejado, dejó, firmad*, firmó, firmaron, depositad*, en mano, dieron a, repartid*",
    ),
    (
        I::Courier,
        1,
        "repartidor*, mensajer*, transportista*, correos, seur, mrw, dpd, dhl, ups!, gls!, cartero*, almacén, conductor, agencia de transporte, seguimiento, empresa de transporte, oficina de, paquetería",
    ),
    (
        I::Claimed,
        1,
        "según, dice!, dicen, pone!, consta, figura!, marcad*, supuestamente, afirma*, aparece como, asegura*, estado!, sale como, sale que, en teoría, se supone, comprobante de entrega, indica",
    ),
    (
        I::Lost,
        1,
        "perdid*, perdió, perder, extravi*, desaparec*, robad*, robaron, ni rastro, sin rastro, rastro, no lo encuentran, no la encuentran, se esfumó, esfumado, evaporado, ilocalizable, paradero, sigo sin tener nada, sigo sin nada, todavía nada, aún nada, nada de nada, falta de entrega, manos vacías, no entrega, pérdida, robar, robó, han robado, ha robado",
    ),
    (
        I::Door,
        1,
        "vecin*, puerta!, buzón, garaje, basura, portal!, portero, conserje, timbre, llamó nadie, llamó, llamaron, en casa, aviso!, desconocid*, otra persona, recepción, patio, delante de la puerta, felpudo, rellano",
    ),
    (
        I::Seen,
        1,
        "visto, encontrad*, encuentro, lo tengo, la tengo, he mirado, ha visto, tengo yo, buscado, sabe",
    ),
    (
        I::Wait,
        1,
        "paciencia, aguard*, esperando, esperado, esperar!, espera!, esperamos, espero desde, espero el, espero mi, espero un, espero una, espero la, he esperado, llevo esperando, me rindo, me doy por vencid*, harta de esperar, harto de esperar",
    ),
    (
        I::Span,
        1,
        "día!, días, dias, semana*, mes!, meses, mucho tiempo, desde!, horas, quincena, hace ~ días|semanas|meses, siglos",
    ),
    (
        I::When,
        1,
        "cuándo, cuando!, cuánto tiempo, cuánto tarda*, cuánto falta, fecha!, plazo*, para cuándo, qué día, a tiempo, cuánto más, cuanto tarda*, previst*, estimad*, pronto, llegará, me llegará, llega hoy, llega mañana, cuántos días, viene pronto, fecha de entrega, entregarán, entregaréis, de una vez, va a llegar, va a tardar, llegar antes",
    ),
    (
        I::Where,
        1,
        "dónde, donde!, qué pasa con, qué ha pasado con, qué pasó con, por dónde, paradero, cómo va, qué hay de, qué es de, por dónde anda, dónde para, dónde se encuentra, qué fue de, dónde se ha metido, en qué punto, cómo está mi, cómo anda",
    ),
    (
        I::News,
        1,
        "noticia*, novedad*, estado!, seguimiento, silencio, no sé nada, sin saber, actualiza*, se mueve, movimiento, parado, atascad*, en preparación, etiqueta creada, en proceso, procesando, tramitación, rastreo, información, tracking, estancado, número de seguimiento, código de seguimiento, número de rastreo, seguir!, se sabe algo, saber algo, sabe algo, sé nada, sabemos nada, se sabe nada, escaneo, escanead*, mueve, moverse, movido, correo de envío, confirmación de envío, en el almacén, retenid*, qué lo retiene, en la aduana, parad*",
    ),
    (
        I::Sent,
        1,
        "enviado!, enviada, enviaron, salid*, salió, en camino, en reparto, en tránsito, de camino, empaquetad*, despachad*, preparado!, al transportista, expedid*, mandado, mandaron, mandado!, habéis mandado, han mandado, habéis enviado, han enviado, ha salido, salió del, sale!, en ruta, en curso",
    ),
    (
        I::Late,
        1,
        "tarde!, retras*, tarda!, tardando, tardar, debería haber, debía llegar, debía haber, tenía que llegar, tenía que haber, tenía que estar, demor*, vencido, demasiado tiempo, lento, tanto tiempo, tarde tanto, tardar tanto, tarda tanto, tanta demora, lentitud, es normal, lent!, lenta, todavía no está, aún no está, sin aparecer",
    ),
    (
        I::Occasion,
        1,
        "cumple!, cumpleaños, boda, navidad, reyes, fiesta, vacaciones, viaje!, bautizo, comunión, a tiempo, antes del, para el viernes|sábado|domingo|lunes|martes|miércoles|jueves, aniversario, el finde",
    ),
    (
        I::Broken,
        1,
        "rot!, roto!, rota!, rotos, rotas, rompi*, romper, quebrad*, agrietad*, grieta*, rajad*, raja!, dañad*, daño*, golpead*, golpe!, golpes, abollad*, rayad*, rayones, arañazo*, doblad*, aplastad*, chafad*, reventad*, reventó, derramad*, desportillad*, descascarillad*, mojad*, húmed*, manchad*, mancha!, manchas, suci*, agujero*, rasgad*, desgarrad*, en pedazos, en trozos, añicos, hecho polvo, hecha polvo, destroz*, estropead*, para tirar, no sobrevivió, mal estado, inservible, partid*, torcid*, moho, desperfecto*, deteriorad*, astillad*, hecho trizas, cascad*, tintine*, traquete*, hecho un desastre, se deshizo, deshecho, suena a roto, sonaba, pringos*, pegajos*, deshizo, se me deshizo, escurrid*, goteado, estallad*, quebró, cachos, no sobrevivieron, no sobreviv*, raya en medio, gotea!",
    ),
    (
        I::Unpack,
        1,
        "abrir!, abro!, abrí!, abierto, desembal*, desempaquet*, desenvolv*, embalaje, al viaje, transporte, llegó, ha llegado, vino, venía, viene",
    ),
    (
        I::Part,
        1,
        "pata!, patas, asa!, asas, tapa!, esquina*, pico!, borde*, fondo, rueda*, cristal*, vidrio, pantalla, correa, cremallera, botón, botones, costura*, bisagra*, marco, superficie, lado!, suela*, tacón, tapón, brazo, mango",
    ),
    (
        I::Off,
        1,
        "se ha salido, se salió, salido una, se ha soltado, se soltó, suelt*, despegad*, se despega, se cayó, se ha caído, desprend*, falta un trozo, falta un, trozo grande, en la mano, descosid*, se ha descosido, flojo, floja",
    ),
    (
        I::Work,
        1,
        "funcion*, enciende*, encender, carga!, cargar, arranca*, conect*, empareja*, calienta*, cierra!, va!, tira!, gira!, suena, prende, marcha",
    ),
    (
        I::Fails,
        1,
        "defect*, averiad*, avería, falla!, fallo!, fallos, parpade*, se apaga, se para, se paró, dejó de, ha dejado de, ha muerto, murió, no da señales, se calienta demasiado, sobrecal*, se cuelga, error!, chispas, cortocircuito, zumb*, se bloquea, quemad*, ha petado, petó, en la mano, defecto, página de error",
    ),
    (
        I::Wrong,
        1,
        "equivocad*, error!, otro!, otra!, otros, otras, distint*, diferente*, en vez de, en lugar de, no es el, no es la, cambiad*, confusión, incorrect*, no coincide, no corresponde, ajeno, erróne*, que no era, no es mío, no es mía, no son míos, el contenido no, no es lo mío",
    ),
    (
        I::Ordered,
        1,
        "pedí!, pedi!, pedido era, compré, compre!, comprado, quería!, elegí, escogí, pagué, pague!, encargué, había comprado, había pedido, necesito, solicité, pedimos, compramos, seleccioné, juego es de, debía traer, debía tener, son cuatro, tenían que ser",
    ),
    (
        I::Inside,
        1,
        "en la caja, en el paquete, dentro!, recibí, recibo!, recibido, me habéis mandado, me han mandado, me mandaron, me enviaron, me han enviado, me habéis enviado, me encuentro, llegó!, ha llegado, ha venido, vino!, venía*, venían, contenía, contiene, me disteis, me dieron, traía, trae!, me ha llegado, encontré",
    ),
    (
        I::Lacking,
        1,
        "falta!, faltan, faltaba*, faltó, incomplet*, no venía*, no estaba en, no estaban en, no incluye, no traía, olvidasteis, olvidaron, sin los tornillos, resto del pedido, no está todo, se han olvidado, solo parte",
    ),
    (
        I::Only,
        1,
        "solo un*, sólo un*, solo dos, sólo dos, solo venían, solo tres, únicamente, solo había, la mitad, mitad!, de los dos|tres|cuatro, de las dos|tres|cuatro, un solo, una sola, nada más que, me han llegado dos|tres|cuatro, tengo dos|tres|cuatro, solo tengo, solo me",
    ),
    (
        I::Kind,
        1,
        "talla*, color!, colores, tono, modelo, versión, referencia, producto!, artículo!, tamaño, estampado, aroma, número!",
    ),
    (
        I::Shown,
        1,
        "web!, página, foto!, fotos, imagen, imágenes, descripción, describ*, descrito, anunciad*, anuncio, prometi*, etiqueta pone, en la etiqueta, catálogo, publicad*, se parece, ficha, mostrad*",
    ),
    (
        I::Return,
        1,
        "devolv*, devuelv*, devolución, devoluciones, mandarlo de vuelta, mando de vuelta, mandar de vuelta, vuelve para, de vuelta, enviar de vuelta, enviarlo de vuelta, regresar, deshacerme, recoger!, recogéis, mandárosl*, mandarosl*, devolvéros*",
    ),
    (
        I::Swap,
        1,
        "cambi*, intercambi*, reemplaz*, sustitu*, otra talla, otro color, talla más, una talla, número más, canje*",
    ),
    (
        I::Fit,
        1,
        "pequeñ*, demasiado grande*, muy grande*, estrech*, apretad*, aprieta*, muy cort*, muy larg*, muy anch*, no me vale*, no me queda*, me queda*, no me entra, no me cabe, me viene, no me sirve*, más pequeño que, más grande que, talla poco, talla mucho, me quedan",
    ),
    (
        I::Dislike,
        1,
        "no es para mí, no es lo mío, no me gust*, no me convence*, no le gusta*, no soporta, odia*, gusto!, decepcion*, no es lo que esperaba, imaginaba, me arrepiento, no pega con, no combina, no me favorece, no me sienta*, no me termina, no me acaba, esperaba otra cosa del, esperaba otra cosa de la, me esperaba otra, no me lo esperaba",
    ),
    (
        I::Unused,
        1,
        "sin usar, sin estrenar, sin abrir, etiqueta!, etiquetas, embalaje original, caja original, precinto, precintad*, sin poner, no lo he usado, en su bolsa, en su caja, sin tocar, sin lavar, es nuevo, es nueva, como nuev*, está nuev*, están nuev*, son nuev*",
    ),
    (
        I::How,
        1,
        "como hago, dónde lo, dónde la, a dónde, a qué dirección, etiqueta de devolución, formulario, procedimiento, pasos, qué tengo que, qué debo, qué hay que, correos, quién paga, gastos de, plazo, cuánto tiempo tengo, cómo va lo, proceso!, recogida, trámite*, cómo hago, cómo puedo, cómo podemos, cómo lo, cómo la, cómo los, cómo las, cómo se, cómo devuelvo, cómo tengo, cómo funciona, cómo debo, cómo os, cómo les, cómo hacemos, cómo procedo, cómo es el, cómo sería, cómo hay que, cómo tramit*",
    ),
    (
        I::Cancel,
        1,
        "cancel*, anul*, parar!, pararlo, pararla, paren!, detener, desist*, olvidad*, olvídense, olvidaos, retirar, sacar ~ del sistema, eliminar, dar de baja, antes de que ~ empaqueten|salga|envíen, suspend*, echar atrás, echarme atrás, deshacer, revocar, dejar sin efecto",
    ),
    (
        I::Mistake,
        1,
        "por error, error!, sin querer, equivoqué, equivocado al, dos veces, duplicad*, repetid*, doble, cuenta que no era, cuenta equivocada, cliqu*, demasiado rápido, mi hijo, mi hija, por accidente, accidental*",
    ),
    (
        I::Needless,
        1,
        "no lo quiero, no la quiero, no los quiero, no necesit*, no lo necesito, no vamos a necesitar, no me hace falta, cambiado de opinión, cambiado de idea, lo he pensado mejor, me lo he pensado, he encontrado, encontré ~ tienda|barato|mismo, más barato, ya tengo, no se hace, no me sirve de nada, decidido, ya no lo quiero, ya no la quiero, ya no los quiero, ya no las quiero, ya no quier*, ya no quer*, ya no necesit*, ya no lo necesit*, ya no la necesit*, ya no me hace, ya no nos hace, ya no hace falta, ya no me interesa, ya no me sirve, al final no",
    ),
    (
        I::Hold,
        1,
        "enviéis, enviar!, envíen, mandéis, manden, mandar!, enviarlo, mandarlo, mandarlo, entregar, entregadlo, entreguen, llevar!, salga, ir!",
    ),
    (
        I::Money,
        1,
        "dinero, reembols*, devuelv*, abono!, abonar, importe, pasta!, cantidad, euros, reintegr*, pago!, ingreso!, lo que pagué, compensación, indemniz*, perras",
    ),
    (
        I::Back,
        1,
        "devuelv*, devolv*, recuperar, de vuelta, en mi tarjeta, a mi tarjeta, en mi cuenta, a mi cuenta, reembols*, regres*, mi dinero",
    ),
    (
        I::Account,
        1,
        "cuenta!, tarjeta, extracto, banco, paypal, bancari*",
    ),
    (
        I::Returned,
        1,
        "devolví, devolvi!, devuelto, devuelta, he devuelto, mi devolución, os mandé de vuelta, envié de vuelta, mandé de vuelta, habéis recibido la devolución, tenéis mi devolución, recogieron, ya lo tenéis, llegó la devolución, recibieron la devolución",
    ),
    (
        I::Charged,
        1,
        "cobrad*, cobraron, cobro!, cobrasteis, cargad*, cargo!, cargos, debitad*, pagad*, descontad*, facturad*, quitado",
    ),
    (
        I::Twice,
        1,
        "dos veces, 2 veces, 2x, doble, duplicad*, dos cargos, dos cobros, mismo importe, por duplicado, otra vez",
    ),
    (
        I::Address,
        1,
        "direcci*, calle, número de casa, código postal, cp!, piso!, portal, domicilio, escalera, bloque, letra, ciudad, número de puerta",
    ),
    (
        I::Change,
        1,
        "cambi*, modific*, correg*, corrij*, nueva!, nuevo!, antigu*, vieja, equivocad*, mal!, error, olvid*, actualiz*, falta, otra!, en vez de, añadir, poner!, incorrect*, rectific*, mejor, confund*",
    ),
    (
        I::Move,
        1,
        "mudamos, mudado, mudanza, mudo!, mudé, mudar*, nuevo piso, nueva casa, ya no vivo, vivo ahora, cambiado de casa, cambiado de piso, me he cambiado",
    ),
    (
        I::Elsewhere,
        1,
        "oficina, trabajo!, curro, al vecino, a la vecina, casa de mis padres, casa de mi, punto de recogida, otro sitio, otro lugar, redirig*, desvi*, empresa!, en vez de a, otra ciudad, taquilla, otra dirección, hospital, otra parte",
    ),
    (
        I::Ask,
        1,
        "hay!, tiene!, tienen!, tenéis, se puede, puedo, puede!, cuánto*, cuántos, cuál*, de qué, hacéis, hacen!, enviáis, envían, suelta, duda!, pregunta!, saber!, sirve!, va con, queda, ha salido, es adecuad*, es apt*, es lavable, es posible, es resistente, es de!, son de!, qué tal, qué material, qué tipo, qué diferencia, cómo es, cómo queda, cómo se, cómo talla*, cómo de",
    ),
    (
        I::Trait,
        1,
        "material*, tela!, tejido, lavar*, lavadora, lavable, lavavajillas, secadora, planchar, medida*, mide!, dimensi*, centímetro*, cm!, alto!, ancho!, largo!, pesa!, peso!, vatio*, voltio*, bombilla, impermeable, disponible*, stock, existencias, encoge*, destiñe*, pelusa, colores, tallas, más grande!, recomend*, aconsej*, compatible*, apto, apta, vegan*, cuero, piel!, lana, algodón, ecológic*, certific*, fabrica*, hecho en, composición, ingrediente*, alerg*, alérg*, garantía, instrucciones, montaje, montar, envían a, enviáis a, envoltorio, papel de regalo, envolver, regalo!, plazos, transferencia, tienda física, tienda donde, perfume*, sensible, antes de comprar, qué talla, rebajas, delicad*, resist*, aguanta*, diferencia*",
    ),
    (
        I::Invoice,
        1,
        "factura*, recibo!, justificante, ticket!, tique, iva!, gastos!, contabilidad!, hacienda, comprobante, cif, gestor, asesor*, declaración",
    ),
    (
        I::Offer,
        1,
        "descuent*, cupón, cupon!, código!, codigo!, promo*, rebaja*, oferta*, boletín, newsletter, vale!, cesta, carrito, bono, más barato!",
    ),
    (
        I::Happy,
        1,
        "gracias por, muchas gracias por, perfect*, genial, encantad*, encanta!, contentísim*, content*, maravill*, estupend*, precios*, bonit!, fantástic*, cracks, crack!, feliz, felices, excelente, enhorabuena, como un guante, satisf*, felicit*, recomendaré, fenomenal, todo bien, buenísim*, ilusión, sin quejas, ninguna queja, alegría, impecable, más bonit*, más bonito que, mejor que en, chapó, no lo suelta, no la suelta, no se lo quita, no se separa, una pasada, un acierto, salió bien, sois los mejores, dar las gracias, daros las gracias, daros las gracias por, cinco estrellas, volveré a comprar, repetiré, de diez, me encanta, contenta con, encantó, me ha encantado, sois geniales, pedir seguro, volveré a pedir",
    ),
    (
        I::Human,
        1,
        "persona!, humano, humana, alguien, agente, encargad*, responsable, supervisor*, empleado, ser humano, carne y hueso, compañero",
    ),
    (
        I::Talk,
        1,
        "hablar, ponedme, pónganme, páseme, pasadme, teléfono, comuni*, atend*, contactar, llama!, llamar, llamad*, llamen, llámen*, llamo",
    ),
    (
        I::Bot,
        1,
        "bot!, robot*, chatbot, máquina, automátic*, ordenador, ia!",
    ),
    (
        I::Growth,
        1,
        "seo!, google, primera página, aument* ~ ventas, tus ventas, sus ventas, tráfico!, influencer*, agencia!, colabora*, backlink*, tarifas, mayorista, inversión, préstamo*, auditoría, negocios como, comercios como, tiendas como, marketing, posicionamiento",
    ),
    (
        I::Match,
        1,
        "cuadra*, coincid*, coincide*, corresponde*, concuerd*",
    ),
    (
        I::Hoped,
        1,
        "sería ~ genial|estupendo|perfecto|fantástico|ideal|maravilloso|un detalle, estaría ~ genial|bien|encantada|encantado, me haría ~ feliz|ilusión, vendría ~ genial|bien",
    ),
];
